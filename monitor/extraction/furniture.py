"""Lines that stand inside or behind an article's text without being part of it: links to other stories, pitches, credits, the
headline again.

Extractors keep many of them, and each would count as a new sentence of the article. The rules look at one short line at a
time; those marked as tail hold only near the end, where a wrong guess costs least. Tuned on the pages of `articles/aeb` and
`articles/fundus` (precision up, recall not down); run the conformance suite when changing them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.text import fold

_MAX_CHARS = 320  # longer lines are sentences of the article
_TAIL_LINES = 6

_LABEL = re.compile(
    r"""^\W*(?:
      read(?:\s+(?:more|next|also|the\s+full\s+\w+))? | also\s+read | see(?:\s+(?:more|also|too))? | related(?:\s+\w+)?
      | more(?:\s+(?:from|on|in|about)\b[^:]{0,40})?
    | don['’]t\s+miss | you\s+(?:may|might)\s+(?:also\s+)?like | recommended(?:\s+\w+)?
    | most\s+(?:read|popular|viewed)(?:\s+in\b.{0,30})? | popular | watch(?:\s+(?:more|now|next))?
    | what\s+to\s+read\s+next | up\s+next | trending | also\s+on\s+\S+ | learn\s+more | editor['’]?s?\s+picks?
    | listen(?:\s+to\s+more)?
    | lea(?:\s+(?:también|además|más))? | lee\s+(?:también|además|más) | leer\s+(?:más|también) | te\s+puede\s+interesar
    | le\s+puede\s+interesar | puede\s+interesarle
    | también\s+(?:te|le)\s+puede\s+interesar | te\s+recomendamos | le\s+recomendamos | vea(?:\s+(?:también|además))?
    | ver\s+(?:más|también) | mir[ae]\s+también
    | no\s+te\s+pierdas | más\s+información | en\s+contexto | nota\s+relacionada | noticias?\s+relacionadas?
    | relacionad[oa]s? | sigue\s+leyendo
    | lesen\s+sie\s+(?:auch|mehr|hier)\b.{0,20} | mehr\s+zum\s+thema | lire\s+aussi | à\s+lire\s+aussi | leggi\s+anche
    | leia\s+(?:também|mais) | veja\s+também | lees\s+ook
    )\s*(?:[:|»>]|\.{3}|…|-\s|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_PITCH = re.compile(
    r"""\b(?:
      sign\s+up\s+(?:for|to|here|now)\b.{0,120}(?:newsletter|inbox|email|briefing|updates|alerts)
      | subscribe\s+to\s+(?:our|the|my)\b | subscribe\s+(?:now|today|here)
    | (?:newsletter|updates|headlines|stories|news)\b.{0,80}\b(?:in|to)\s+your\s+inbox
    | get\s+(?:our|the)\s+(?:free\s+|daily\s+)*newsletter | click\s+here\s+(?:to|for)\b
    | follow\s+(?:us|him|her|them|me|@\S+|(?-i:[A-Z])\S+(?:\s(?-i:[A-Z])\S+){0,4})\s+(?:section\s+)?(?:on|at)\b
    | join\s+(?:our|the)\s+(?:whatsapp|telegram|facebook)\b | download\s+(?:our|the)\s+app
    | already\s+a\s+subscriber | subscribers\s+get\s+unlimited | keep\s+reading\s+(?:for|with)\s+\W?\d
    | like\s+this\s+story\?\s+share | (?:contact|reach|email)\s+.{2,60}\bat\s+\S+@\S+ | have\s+a\s+(?:news\s+)?tip\?
    | suscr[ií]b(?:e|ete|ase|irse)\b.{0,80}(?:boletín|newsletter|correo|canal|aquí)
    | s[ií]gue?(?:nos|n[oa]s)\s+en\b | síganos\s+en\b | únete\s+a\s+nuestro\b
    | recib[ae]\s+.{0,40}(?:noticias|boletín)\s+en\s+(?:tu|su)\s+(?:correo|email|whatsapp)
    | abonnieren\s+sie\b | newsletter\s+abonnieren | abonnez-vous | inscrivez-vous | iscriviti\s+alla | assine\s+(?:a|nossa)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    r"""^\W*(?:
      (?:additional\s+)?(?:reporting|writing|editing)\s+(?:by|from)\b
      | (?:the\s+)?(?:associated\s+press|ap|reuters|afp)\s+(?:\S+\s+)?(?:writers?|reporters?|journalists?)\b
        .{0,250}\bcontributed\b
    | .{2,250}\bcontributed\s+(?:to\s+this\s+(?:report|story|article)|reporting)\b.{0,40}$
    | (?:[A-Z][\w.'’-]+\s+){1,3}reported\s+from\s+[A-Z][^.]{2,60}\.(?:\s|$)
    | sources?\s*:\s*.{2,60}$
    | (?:image|photo|picture|foto|fotografía|imagen|crédito|credit|bild|video)s?(?:\s+(?:by|credit|de|von))?\s*:\s*.{2,100}$
    | (?:con\s+)?información\s+de\s+(?:ap|afp|efe|reuters|agencias)\b.{0,60}$ | our\s+standards\s*:
    | (?:©|\(c\)|copyright\b).{0,160}$ | all\s+rights\s+reserved
    | this\s+(?:story|article)\s+(?:was\s+)?(?:originally|first)\s+(?:appeared|published)\b
    | filed\s+under\s*: | tags?\s*:? \s*$ | (?:topics|tags|temas|etiquetas)\s*:\s.{2,200}$
    | \d*\s*(?:comments?|comentarios|shares?|likes?)\s*$ | advertisement\s*$ | publicidad\s*$ | anzeige\s*$
    | tempo\s+de\s+leitura\b.{0,30}$ | \d+\s+min(?:ute)?s?\s+read\s*$ | (?:swipe|scroll)\s+(?:left|right|down)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS_ONLY = re.compile(r"^\W*(?:\S+@\S+\.\w+|(?:https?://|www\.|twitter\.com/|@)\S+)\W*$", re.IGNORECASE)
_TAIL = re.compile(
    r"""^\W*(?:
      .{2,120}\b(?:is|are)\s+(?:a|an|the)\s+(?:[\w-]+\s+){0,4}(?:reporter|correspondent|editor|journalist|columnist|writer)s?\b.{0,160}$
      | updated?\s+(?:at|on)\s.{3,40}$ | (?:_|-|—|\*|•){2,}\s*$
    | (?:first\s+)?published\s+(?:on|at|in)?\s?.{3,60}$ | share\s+(?:this|on)\b.{0,60}$ | listen\b.{0,120}$
    | (?:ap|afp|reuters|efe|dpa|agencias)\W*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def drop_furniture(paragraphs: Sequence[str], titles: Iterable[str]) -> list[str]:
    """Returns the paragraphs without those that are no part of the article.

    Args:
        paragraphs: the text as extracted, in order.
        titles: the headline as the page gives it in various places; dropped where the text begins with it.
    """
    folded = {fold(title) for title in titles if title}
    kept: list[str] = []
    for place, paragraph in enumerate(paragraphs):
        is_tail = place >= len(paragraphs) - _TAIL_LINES
        if len(kept) < 2 and place < 3 and fold(paragraph) in folded:
            continue
        if not _is_furniture(paragraph, is_tail):
            kept.append(paragraph)
    return kept


def _is_furniture(line: str, is_tail: bool) -> bool:
    if len(line) > _MAX_CHARS:
        return False
    if _LABEL.match(line) or _PITCH.search(line) or _CREDIT.match(line):
        return True
    return is_tail and (_TAIL.match(line) or _ADDRESS_ONLY.match(line)) is not None
