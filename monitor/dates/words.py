"""The words of dates: months, weekdays, and what may stand beside them."""

from __future__ import annotations

_MONTHS = (
    "jan january enero ene janvier janv januar gennaio genn gen janeiro januari jaen",
    "feb february febrero febr fevrier fevr fev februar febbraio fevereiro februari",
    "mar march marzo mars marz maerz mrz mrt marco maart",
    "apr april abril abr avril avr aprile",
    "may mayo mai maggio mag maio mei",
    "jun june junio juin juni giugno giu junho",
    "jul july julio juillet juil juli luglio lug julho",
    "aug august agosto ago aout augustus",
    "sep sept september septiembre set setiembre septembre settembre setembro",
    "oct october octubre octobre okt oktober ottobre ott outubro out",
    "nov november noviembre novembre novembro",
    "dec december diciembre dic decembre dez dezember dicembre dezembro",
)
MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_WEEKDAYS = (
    "mon monday lun lunes lundi mo montag lunedi seg segunda maandag ma",
    "tue tues tuesday martes mar mardi di dienstag martedi ter terca dinsdag",
    "wed weds wednesday mie miercoles mer mercredi mi mittwoch mercoledi qua quarta woensdag wo",
    "thu thur thurs thursday jue jueves jeu jeudi do donnerstag gio giovedi qui quinta donderdag",
    "fri friday vie viernes ven vendredi fr freitag venerdi sex sexta vrijdag vr",
    "sat saturday sab sabado sam samedi sa samstag sabato zaterdag za",
    "sun sunday dom domingo dim dimanche so sonntag domenica zondag zo",
)
WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
_NOISE_WORDS = (
    "at on of the de del la las el a le um uhr h om alle ore t th st nd rd er published updated "
    "posted date feira"
)
NOISE = frozenset(_NOISE_WORDS.split())
