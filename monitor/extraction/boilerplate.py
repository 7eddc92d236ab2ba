"""Lines that stand inside or behind an article's text without being part of it: links to other
stories, pitches, credits, the headline again.

Extractors keep many of them, and each would count as a new sentence of the article. The rules look
at one short line at a time; those marked as tail hold only near the end, where a wrong guess costs
least. Tuned on the pages of `articles/aeb` and `articles/fundus` (precision up, recall not down);
run the conformance suite when changing them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from monitor.dates import parse_date
from monitor.text import fold

MAX_MARKED_CHARS = 1_000
_MAX_CHARS = 320  # longer lines are sentences of the article
_TAIL_LINES = 6

_LABEL = re.compile(
    r"""^\W*(?:
      read(?:\s+(?:more|next|also|the\s+full\s+\w+))? | also\s+read | see(?:\s+(?:more|also|too))? | related(?:\s+\w+)?
      | more(?:\s+(?:from|on|in|about)\b[^:]{0,40})?
    | don['’]t\s+miss | you\s+(?:may|might)\s+(?:also\s+)?like | recommended(?:\s+\w+)?
    | read\s+the\s+full\s+\w+\s+here | further\s+reading | in\s+case\s+you\s+missed\s+it | icymi | (?:continue|keep)\s+reading
    | (?:must|go|dig)[\s-]+(?:read|deeper) | (?:story|article)\s+continues\s+(?:below|after)\s+(?:the\s+|this\s+)?ad\w*
    | most\s+(?:read|popular|viewed)(?:\s+in\b.{0,30})? | popular | watch(?:\s+(?:more|now|next))?
    | what\s+to\s+read\s+next | up\s+next | trending | also\s+on\s+\S+ | learn\s+more | editor['’]?s?\s+picks?
    | listen(?:\s+to\s+more)?
    | lea(?:\s+(?:también|además|más|aquí))? | lee\s+(?:también|además|más|aquí) | leer\s+(?:más|también)
    | te\s+puede\s+interesar | le\s+puede\s+interesar | puede\s+interesarle | también\s+(?:lee|lea|puede\s+leer|puedes\s+leer)
    | también\s+(?:te|le)\s+puede\s+interesar | (?:[tl]e\s+)?recomendamos(?:\s+leer)? | vea(?:\s+(?:también|además))?
    | ver\s+(?:más|también) | mir[ae]\s+también
    | no\s+te\s+pierdas | más\s+(?:información|noticias) | más\s+(?:sobre|en)\b[^:]{0,40} | en\s+contexto
    | (?:notas?|noticias?|historias?|artículos?|contenidos?)\s+relacionad[oa]s?
    | relacionad[oa]s? | (?:sigue|seguir|continúa|continuar)\s+leyendo
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
    | .{0,250}[.!?"”]\s*\([^().]{0,60}\b(?:photo|foto|image|imagen|getty)\b[^().]{0,80}\)$
    | (?:photo(?:graph)?|image|picture|foto|fotografía|imagen)s?
        \s+(?:by|from|courtesy(?:\s+of)?|provided\s+by|cortesía(?:\s+de)?|de)\s+[^.!?]{2,80}$
    | (?:courtesy\s+(?:of|photo)|cortesía)\b[^.!?]{0,80}$
    | [\w.'’-]+(?:\s[\w.'’-]+){0,4}\s*/\s*(?:getty(?:\s+images)?|ap|afp|reuters|efe|epa|upi)(?:\s+(?:via|pool)\b.{0,40})?$
    | .{2,200}\b(?:colaboró|colaboraron|contribuyó|contribuyeron)\s+(?:a|en|con)\s+(?:est[ea]|la)\s+
        (?:reportaje|informe|artículo|nota|historia|información)\b.{0,60}$
    | with\s+(?:files|reporting)\s+(?:from|by)\b.{2,80}$ | report(?:ó|aron|e\s+de)\s+.{2,80};\s*edi(?:tó|taron|ción)\b.{2,80}$
    | this\s+(?:story|article|report)\s+(?:includes|contains)\s+(?:information|reporting|material)\s+from\b.{2,80}$
    | con\s+información\s+de\s[^.!?]{2,60}\.?$
    | (?:con\s+)?información\s+de\s+(?:ap|afp|efe|reuters|agencias)\b.{0,60}$ | our\s+standards\s*:
    | (?:©|\(c\)|copyright\b).{0,160}$ | all\s+rights\s+reserved
    | this\s+(?:story|article)\s+(?:was\s+)?(?:originally|first)\s+(?:appeared|published)\b
    | filed\s+under\s*: | tags?\s*:? \s*$ | (?:topics|tags|temas|etiquetas)\s*:\s.{2,200}$
    | \d*\s*(?:comments?|comentarios|shares?|likes?)\s*$ | advertisement\s*$ | publicidad\s*$ | anzeige\s*$
    | tempo\s+de\s+leitura\b.{0,30}$ | \d+\s+min(?:ute)?s?\s+read\s*$ | (?:swipe|scroll)\s+(?:left|right|down)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS_ONLY = re.compile(
    r"^\W*(?:\S+@\S+\.\w+|(?:https?://|www\.|twitter\.com/|@)\S+)\W*$", re.IGNORECASE
)
_TAIL = re.compile(
    r"""^\W*(?:
      .{2,120}\b(?:is|are)\s+(?:a|an|the)\s+(?:[\w-]+\s+){0,4}(?:reporter|correspondent|editor|journalist|columnist|writer)s?\b.{0,160}$
      | .{2,70}(?<!\bwas)(?<!\bwere)(?<!\bbeen)\sreported\s+from\s+(?-i:[A-Z])[^.]{2,60}\.$
    | (?-i:[A-ZÁÉÍÓÚÑ])[\w.'’-]+(?:\s(?-i:[A-ZÁÉÍÓÚÑ])[\w.'’-]+){0,3}
      \s(?:informó|informaron|reportó)\s+desde\s+(?-i:[A-Z])[^.]{2,60}\.$
    | updated?\s+(?:at|on)\s.{3,40}$ | (?:_|-|—|\*|•){2,}\s*$
    | (?:first\s+)?published\s+(?:on|at|in)?\s?.{3,60}$ | share\s+(?:this|on)\b.{0,60}$ | listen\b.{0,120}$
    | (?:ap|afp|reuters|efe|dpa|agencias)\W*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)


# A byline has names, titles and what joins them, and nothing else.
_BYLINE = re.compile(
    r"""(?:[Bb]y|BY|[Pp]or|POR)(?:\s+|\s*[,;|•·/&]\s*)
    (?:[^\W\d_a-zà-ÿ][\w.'’-]*|and|y|e|of|for|the|de|del|la|los|staff|(?:senior|chief)|writers?|reporters?|correspondents?|editors?
     |[,;|•·/&-]|\s)+""",
    re.VERBOSE,
)
_DATED = re.compile(
    r"(?:(?:first|last)\s+)?(?:published|updated|posted|modified|publicado|publicada|actualizado|actualizada)\b[:\s]*(?:on|at|el)?\s*",
    re.IGNORECASE,
)
_MAX_BYLINE = 120


def drop_furniture(
    paragraphs: Sequence[str],
    titles: Iterable[str],
    *,
    marked: Collection[str] = (),
    links: Collection[str] = (),
) -> list[str]:
    """Returns the paragraphs without those that are no part of the article.

    Args:
        paragraphs: the text as extracted, in order.
        titles: the headline as the page gives it in various places; dropped where the text begins
            with it.
        marked: folded texts that the page itself marks as captions, credits or bylines; dropped
            wherever they stand.
        links: folded texts of the page's links; dropped behind a label that announces them, and at
            both ends.
    """
    folded = {fold(title) for title in titles if title}
    paragraphs = _between_links(paragraphs, links)
    kept: list[str] = []
    is_announced = False
    for place, paragraph in enumerate(paragraphs):
        is_tail = place >= len(paragraphs) - _TAIL_LINES
        line = fold(paragraph) if len(paragraph) <= MAX_MARKED_CHARS else ""
        is_head = len(kept) < 2 and place < 4
        if line and (line in marked or (is_head and (line in folded or _is_head_line(paragraph)))):
            continue
        if is_announced and line in links:
            continue
        is_announced = _is_bare_label(paragraph)
        if not _is_furniture(paragraph, is_tail):
            kept.append(paragraph)
    return kept


def _between_links(paragraphs: Sequence[str], links: Collection[str]) -> Sequence[str]:
    """Drops the navigation at both ends; a text of nothing but links is left as it is, for `status`
    to judge.
    """
    is_link = [_is_link_line(paragraph, links) for paragraph in paragraphs]
    if all(is_link):
        return paragraphs
    return paragraphs[is_link.index(False) : len(is_link) - is_link[::-1].index(False)]


def _is_bare_label(line: str) -> bool:
    """Tells whether the line is a label alone ("Read more:"), which speaks of what follows."""
    found = _LABEL.match(line)
    return found is not None and not line[found.end() :].strip(" :|»>.…")


def _is_link_line(line: str, links: Collection[str]) -> bool:
    """Tells whether a line is texts of links and no sentence, as navigation is."""
    if (
        len(line) > _MAX_BYLINE
        or "://" in line
        or line.rstrip("\"'”’»)").endswith((".", "!", "?", "…", ":"))
    ):
        return False
    return fold(line) in links or all(fold(part) in links for part in re.split(r"[|•·]", line))


def _is_head_line(line: str) -> bool:
    """Tells whether a line above the text says only who wrote it or when."""
    if len(line) > _MAX_BYLINE:
        return False
    if _BYLINE.fullmatch(line):
        return True
    parts = [_DATED.sub("", part).strip() for part in re.split(r"[|•·]", line)]
    return all(parse_date(part, may_guess=False) is not None for part in parts)


def _is_furniture(line: str, is_tail: bool) -> bool:
    if len(line) > _MAX_CHARS:
        return False
    if _LABEL.match(line) or _PITCH.search(line) or _CREDIT.match(line):
        return True
    return is_tail and (_TAIL.match(line) or _ADDRESS_ONLY.match(line)) is not None
