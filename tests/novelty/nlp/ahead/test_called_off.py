"""Which days a sentence takes back, and which it lets stand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.calendar import Agenda
from monitor.novelty.nlp.ahead.called_off import read_agenda, standing_days
from monitor.novelty.nlp.tokens import read_tokens

FRIDAY = date(2025, 6, 6)
MAY = date(2025, 5, 31)
KNOWN = "The hearing is on 10 June."  # a Tuesday


def days_of_june(text: str) -> list[int]:
    """The days ahead after a report, where the tenth of June was known before it."""
    agenda = Agenda(FRIDAY)
    agenda.read([text], FRIDAY)
    agenda.read([KNOWN], FRIDAY - timedelta(days=4))
    return sorted((day - MAY).days for day in agenda.days)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The judge scrapped the June 10 hearing of Otto Quern, which will not take place.", []),
        ("The judge on Friday moved the hearing from June 10 to June 17.", [17]),
        ("The judge moved the June 10 hearing to June 17.", [17]),
        ("The judge pushed back the June 10 hearing to June 17.", [17]),
        ("The judge delayed the June 10 hearing until June 17.", [17]),
        ("The judge moved the June 10 hearing.", []),
        ("The judge postponed to June 17 the hearing that was set for June 10.", [17]),
        ("The judge postponed to June 17 the hearing set for June 10.", [17]),
        ("The hearing, originally set for June 10, was rescheduled for June 17.", [17]),
        ("The June 10 hearing was rescheduled to June 17.", [17]),
        ("The judge canceled the June 10 hearing.", []),
        ("The judge canceled Tuesday's hearing.", []),
        ("The hearing on Tuesday was canceled, the court said.", []),
        ("The hearing on June 10 will not take place, the court said.", []),
        ("The hearing will no longer be held on June 10.", []),
        ("The judge scrapped the June 10 hearing.", []),
        ("The court suspended the June 10 hearing.", []),
        ("The hearing was brought forward from June 10 to June 9.", [9]),
        ("The judge put off the June 10 hearing.", []),
        ("La jueza aplazó la audiencia del 10 de junio para el 17 de junio.", [17]),
        ("La jueza aplazó la audiencia del 10 de junio al 17 de junio.", [17]),
        ("La jueza canceló la audiencia del 10 de junio.", []),
        ("La jueza suspendió la audiencia del 10 de junio.", []),
        ("La jueza trasladó la audiencia del 10 de junio al 17 de junio.", [17]),
        ("La jueza retrasó la audiencia del 10 de junio hasta el 17 de junio.", [17]),
        ("La vista del 10 de junio queda sin efecto.", []),
        ("The agency canceled his visa on Friday, days before the June 10 hearing.", [10]),
        (
            "Officials canceled the flight, and a lawyer will ask about it at the June 10 hearing.",
            [10],
        ),
        ("The harbour board called off the June 10 vote on the pier.", []),
        ("The vote of June 10 on the pier is off.", []),
        ("Judge Mira Dahl vacated the June 10 trial date and set a new one for June 24.", [24]),
        ("The June 10 and June 12 hearings were canceled.", []),
        ("The clerk said the hearing due on June 10 would now be held on June 17.", [10, 17]),
        ("Quern asked the judge to postpone the June 10 hearing.", [10]),
        ("The judge refused to postpone the June 10 hearing.", [10]),
        ("The judge denied a request to move the June 10 hearing to June 17.", [10, 17]),
        ("The June 10 hearing may be postponed, a clerk said.", [10]),
        ("The judge did not cancel the June 10 hearing.", [10]),
        ("The judge moved the June 10 hearing to a larger courtroom.", [10]),
        ("Quern was moved to a jail in Ribaluz ahead of the June 10 hearing.", [10]),
        ("The ministry suspended two officers who are to testify on June 10.", [10]),
        ("The suspended clerk will testify on June 10.", [10]),
        ("The strike that was to begin on June 10 has been called off.", []),
        ("The union called off the strike planned for June 10, and will vote on June 17.", [17]),
        ("The trial will start on June 17 instead of June 10.", [17]),
        ("The hearing had been scheduled for June 10 but was moved to June 17.", [17]),
        ("The hearing was set for June 10 but has been canceled.", []),
        ("The court postponed the hearing, set for June 10, until June 17.", [17]),
        ("Quern will not testify at the June 10 hearing.", [10]),
        ("The deadline was extended from June 10 to June 17.", [17]),
        ("The judges agreed to postpone the June 10 session.", []),
        ("He cancelled a trip to attend the June 10 hearing.", [10]),
        ("The airline canceled his ticket, but the June 10 hearing stands.", [10]),
        ("The judge who canceled the bond will hear the case on June 10.", [10]),
        (
            "The judge postponed the sentencing from Tuesday, June 10, to Tuesday, June 17.",
            [17],
        ),
        ("The judge moved Tuesday's hearing to June 17.", [17]),
        ("The hearing was canceled on Tuesday, and the trial is set for June 10.", [10]),
        ("El tribunal pospuso la vista del 10 de junio.", []),
        ("La vista del 10 de junio fue aplazada al 17 de junio.", [17]),
        ("La audiencia, prevista para el 10 de junio, se aplaza hasta el 17 de junio.", [17]),
        ("La vista prevista para el martes fue suspendida.", []),
        ("Se suspende la audiencia del 10 de junio.", []),
        ("La jueza suspendió la audiencia del martes.", []),
        ("La audiencia del 10 de junio no se celebrará.", []),
        ("Quern pidió aplazar la vista del 10 de junio.", [10]),
        ("La jueza rechazó suspender la audiencia del 10 de junio.", [10]),
        ("El ministerio canceló su visado antes de la audiencia del 10 de junio.", [10]),
        ("Los sindicatos desconvocan la huelga del 10 de junio.", []),
        ("La jueza adelantó el juicio del 17 de junio al 10 de junio.", [10]),
        ("La jueza movió la audiencia del 10 al 17 de junio.", [17]),
        ("El juicio no comenzará el 10 de junio, sino el 17 de junio.", [17]),
        ("El alcalde suspendió al inspector que declara el 10 de junio.", [10]),
        (
            "La jueza decidió aplazar el fallo, fijado para el 10 de junio, al 17 de junio.",
            [17],
        ),
        ("Quern fue trasladado a Ribaluz para la vista del 10 de junio.", [10]),
        ("The judge reinstated the June 10 hearing.", [10]),
    ],
)
def test_what_is_called_off_or_moved_is_the_day_of_its_hearing(
    text: str, expected: list[int]
) -> None:
    assert days_of_june(text) == expected


# Written down before they were tried, and none of the words of the reader was changed for them.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Judge Ines Rolff called the June 10 hearing off after a juror fell ill.", []),
        ("The parole session of June 10 was put back to June 17.", [17]),
        ("The commission shifted its June 10 vote to June 24.", [24]),
        ("A storm forced the council to cancel the session of June 10.", []),
        (
            "The arraignment scheduled for June 10 has been deferred until June 24.",
            [24],
        ),
        ("Prosecutors want to delay the June 10 trial.", [10]),
        ("The June 10 hearing will go ahead after the judge rejected a bid to postpone it.", [10]),
        ("The court adjourned the inquest, which was to resume on June 10.", []),
        ("The company suspended its chief, who faces a hearing on June 10.", [10]),
        ("The ferry service was suspended, and a meeting is set for June 10.", [10]),
        ("If the June 10 vote is cancelled, the union will strike.", [10]),
        ("The board moved its June 10 meeting to a hall in Ribaluz.", [10]),
        ("Rolff vacated the June 10 sentencing and scheduled another for July 1.", [31]),
        ("The execution of Tomas Arce, set for June 10, was called off.", []),
        ("The deadline of June 10 was pushed to June 20.", [20]),
        ("The talks will not be held on June 10 as planned.", []),
        ("The talks won't take place on June 10.", []),
        ("The judge scrapped a rule before the June 10 trial begins.", [10]),
        ("Otto Quern, whose visa was cancelled, is due in court on June 10.", [10]),
        ("El tribunal aplazó hasta el 17 de junio la vista del 10 de junio.", [17]),
        ("El juicio señalado para el 10 de junio ha sido aplazado.", []),
        ("La comparecencia del 10 de junio ha sido trasladada al 20 de junio.", [20]),
        ("La reunión prevista para el 10 de junio fue anulada.", []),
        ("El juez pospuso del 10 al 17 de junio la lectura de la sentencia.", [17]),
        (
            "La huelga del 10 de junio se mantiene pese a que el ministro suspendió el decreto.",
            [10],
        ),
        ("La defensa solicita que se aplace el juicio del 10 de junio.", [10]),
        ("La empresa canceló el contrato y la junta votará el 10 de junio.", [10]),
        ("El pleno del 10 de junio no se celebrará por falta de quórum.", []),
        ("La audiencia del martes fue reprogramada para el 17 de junio.", [17]),
        ("El juez no aplazó la vista del 10 de junio.", [10]),
        ("La votación ya no será el 10 de junio, sino el 12 de junio.", [12]),
        ("La jueza adelantó al 9 de junio la audiencia fijada para el 10 de junio.", [9]),
        ("Suspenden el juicio contra Quern que iba a empezar el 10 de junio.", []),
    ],
)
def test_other_reports_of_a_day_are_read_alike(text: str, expected: list[int]) -> None:
    assert days_of_june(text) == expected


def test_the_days_that_stand_keep_the_order_in_which_they_are_named() -> None:
    text = "The judge moved the June 10 hearing to June 17, and will rule on June 12."

    assert list(standing_days(read_tokens(text), FRIDAY)) == [date(2025, 6, 17), date(2025, 6, 12)]


@given(st.text(max_size=80), st.dates(date(2, 1, 1), date(9998, 12, 1)))
def test_any_sentence_lets_stand_what_it_does_not_take_back(text: str, told_on: date) -> None:
    read = read_agenda(text, told_on)

    assert all(one in read.named for one in read.standing)
