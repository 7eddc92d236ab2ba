"""What kind of page came back: an article, or one of the many pages that stand where an article
should be.

Extractors give text for all of them, and a consent wall stored as a revision would "change" every
article of a site. Nearly all rules apply only to short text without signs of an article (JSON-LD,
`og:type`), so that an article *about* cookies or paywalls passes. Tuned on `articles/non_articles`
(25 pages) with `aeb` and `fundus` (438) as counter-examples: all found, no false alarm; rerun it
when changing them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.extraction.metadata import Metadata
from monitor.extraction.text import MIN_TEXT_CHARS, Draft, visible_text
from monitor.model import PageStatus
from monitor.text import fold

_SHORT = 1_500
_TEASER = 500
_OPENING = 400  # a page that is only a notice says so at once
_MOSTLY = 0.5
_VISIBLE_LIMIT = 20_000
_MIN_CARDS = 5
_HEADLINE_CHARS = 25
_MAX_PARTS = 20
_CHARS_PER_CARD = 220
_LONG_PARAGRAPH = 180  # teasers on list pages are shorter
_MANY_PARAGRAPHS = 3

_CHALLENGE = re.compile(
    r"_cf_chl_opt|cf-error-details|cf-challenge|captcha-delivery\.com|px-captcha|g-recaptcha|h-captcha|captcha-form|errors\.edgesuite\.net|_Incapsula_Resource"
    r"|ddos-guard|sucuri_cloudproxy",
    re.IGNORECASE,
)
_CHALLENGE_WORDS = re.compile(
    r"^(?:just a moment|attention required|access denied|access to this page has been denied|are you a robot"
    r"|robot check|security check|un momento|pardon our interruption|checking your browser|one more step)|"
    r"complete the (?:security check|captcha)|completa el captcha|(?:no eres|no es) un robot"
    r"|(?:verifica(?:ndo)?|confirma|comprueba|comprobando) que (?:usted )?(?:eres|es) (?:un )?human"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|unusual traffic from your"
    r"|enable (?:js|javascript) and (?:cookies|disable)|you have been blocked",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:404|410)\b(?!\s*(?:people|million|dead))|(?:page|story|article|content)\s+(?:was\s+|is\s+|could\s+)?"
    r"(?:not\s+(?:be\s+)?found|no\s+longer|not\s+available|unavailable)"
    r"|(?:can['’]?(?:no)?t|could(?:n['’]t|\s+not)|unable\s+to)\s+(?:seem\s+to\s+)?find\s+"
    r"(?:(?:that|the|this|your)\s+(?:page|story|article)|what\s+you)"
    r"|(?:page|story|article|url|content)\s+(?:that\s+)?(?:you(?:['’]re|\s+are|\s+were)?\s+)?(?:requested|looking\s+for)\s+"
    r"(?:(?:was|is|could|can|does|has|may|might|cannot)\b(?:\s+have)?(?:\s+not)?(?:\s+be|\s+been)?\s*)(?:found|exist|moved|removed|deleted|expired|gone)"
    r"|^(?:page\s+)?not\s+found\b|requested\s+url\s+was\s+not\s+found"
    r"|(?:article|story|page|content)\s+(?:has|was)\s+(?:been\s+)?(?:removed|deleted|expired|taken\s+down)|(?:page|story)\s+(?:does|doesn['’]t)\s+(?:not\s+)?exist|no\s+longer\s+available"
    r"|página\s+(?:que\s+\w+\s+)?no\s+(?:\w+\s+)?(?:encontrada|existe|disponible)"
    r"|no\s+(?:se\s+)?(?:encuentra|existe|encontramos|encontró|hemos\s+encontrado|hemos\s+podido\s+encontrar|(?:pudimos|podemos|pudo)\s+encontrar)"
    r"\s+(?:la|esta|esa|lo)\s+(?:página|nota|noticia|que)"
    r"|(?:página|nota|noticia|contenido)\s+(?:\w+\s+){0,3}(?:fue|ha\s+sido|pudo\s+haber\s+sido)\s+(?:eliminad|movid|borrad)[oa]"
    r"|seite\s+(?:wurde\s+)?nicht\s+gefunden|page\s+(?:est\s+)?introuvable",
    re.IGNORECASE,
)
_CONSENT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:we and our|our|nosotros y nuestros|nuestros|wir und unsere|nos|i nostri)"
        r"\s+(?:\d[\d.,]*\s+)?(?:partners?|socios|partner|partenaires)\b",
        r"\bcookies?\b",
        r"personal(?:i[sz]ed)?\s+(?:data|advertising|ads|content)|datos\s+personales|publicidad\s+personalizada|personalisierte\s+anzeigen|données\s+personnelles",
        r"\baccept\s+all\b|\breject\s+all\b|aceptar\s+y\s+continuar|akzeptieren\s+und\s+weiter|tout\s+accepter|manage\s+(?:options|preferences)",
        r"before\s+you\s+continue|value\s+your\s+privacy|tu\s+privacidad\s+nos\s+importa|mit\s+werbung\s+weiterlesen",
        r"\bconsent(?:ing)?\b|consentimiento|zustimmung|consentement",
    )
)
_PAYWALL = re.compile(
    r"already\s+(?:a\s+|have\s+an?\s+)?(?:subscri\w+|member|account)|(?:keep|continue)\s+reading\s+(?:for|with|by)|subscribers?\s+(?:get|only|have)|limit\s+of\s+free\s+articles"
    r"|(?:exclusive|reserved)\s+(?:to|for)\s+(?:our\s+)?(?:subscribers|members)|subscribe\s+to\s+(?:read|continue|unlock)|(?:solo|exclusiv[oa])\s+para\s+su[b]?scriptores"
    r"|ya\s+soy\s+su[b]?scriptor|suscríbete\s+(?:desde|para)|réservé\s+(?:à\s+nos|aux)\s+abonnés|nur\s+für\s+abonnenten|weiterlesen\s+mit",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"(?:scheduled|site|undergoing)\s+maintenance|en\s+mantenimiento|wartungsarbeiten|unavailable\s+(?:due\s+to|for)\s+legal\s+reasons|European\s+Economic\s+Area"
    r"|not\s+available\s+in\s+your\s+(?:country|region|location)|no\s+está\s+disponible\s+en\s+(?:tu|su)\s+(?:país|región)",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|signin|acceso|entrar|iniciar-sesion|anmelden|registro?)(?:[/?.]|$)",
    re.IGNORECASE,
)
_SIGN_UP_PATH = re.compile(
    r"/(?:newsletters?|boletin(?:es)?|subscri\w+|suscri\w+)(?:/|$)", re.IGNORECASE
)
_LIST_PATH = re.compile(
    r"/(?:tags?|topics?|temas?|etiquetas?|categor(?:y|ies|ia|ias)|sections?|authors?|autor(?:es)?|staff|search|buscar|archives?|hashtag)(?:/|\?|$)",
    re.IGNORECASE,
)
_LIST_KINDS = frozenset({"ProfilePage", "CollectionPage", "SearchResultsPage", "ItemPage"})
_NEEDS_SCRIPT = re.compile(
    r"enable\s+javascript|javascript\s+(?:is\s+)?(?:required|disabled)|activ\w+\s+javascript",
    re.IGNORECASE,
)
_LIVE_CLASS = re.compile(r"live-?(?:blog|ticker|coverage|feed)", re.IGNORECASE)
_MIN_POSTS = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """A page's kind, and why, in words for a person (empty for an ordinary article)."""

    status: PageStatus
    reason: str = ""


def judge_status(tree: HtmlElement, source: str, meta: Metadata, draft: Draft, url: str) -> Judged:
    """Tells what kind of page this is.

    Args:
        source: the page's HTML.
        draft: the text that extraction found.
        url: the address after redirects.
    """
    seen = visible_text(tree, limit=_VISIBLE_LIMIT)
    page = _View(tree, source, meta, draft.text, url, seen, _headings(tree))
    for rule in (
        _challenge,
        _consent,
        _gone,
        _away,
        _login,
        _front_page,
        _paywall,
        _list,
        _sign_up,
        _nothing,
        _live,
    ):
        judged = rule(page)
        if judged is not None:
            return judged
    if len(draft.text) < MIN_TEXT_CHARS:
        return Judged(PageStatus.STUB, f"only {len(draft.text)} characters of text")
    return Judged(PageStatus.OK)


@dataclass(frozen=True, slots=True)
class _View:
    tree: HtmlElement
    source: str
    meta: Metadata
    text: str
    url: str
    seen: str
    headings: Sequence[str]

    @property
    def is_short(self) -> bool:
        """Too little text for an article that nothing on the page calls one."""
        return not self.meta.is_article and len(self.text) < _SHORT

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


def _headings(tree: HtmlElement) -> list[str]:
    elements = [*tree.iter("title"), *tree.iter("h1")]
    return [" ".join("".join(element.itertext()).split()) for element in elements[:6]]


def _challenge(page: _View) -> Judged | None:
    if page.meta.is_article or len(page.text) > _SHORT:
        return None
    words = any(_CHALLENGE_WORDS.search(text) for text in (*page.headings, page.seen[:_OPENING]))
    if words or (_CHALLENGE.search(page.source) and len(page.seen) < _OPENING):
        return Judged(
            PageStatus.CHALLENGE, "the site's bot protection answered instead of the article"
        )
    return None


def _consent(page: _View) -> Judged | None:
    """A wall speaks of little else than consent; an article about cookies has a sentence or two
    with the same words.
    """
    paragraphs = (page.text or page.seen).split("\n\n")
    about = [
        paragraph
        for paragraph in paragraphs
        if any(pattern.search(paragraph) for pattern in _CONSENT)
    ]
    if sum(map(len, about)) < _MOSTLY * sum(map(len, paragraphs)):
        return None
    hits = sum(pattern.search(" ".join(about)) is not None for pattern in _CONSENT)
    is_gate = (urlsplit(page.url).hostname or "").startswith(("consent.", "privacy."))
    if hits >= 3 or (hits >= 2 and page.is_short) or (is_gate and hits):
        return Judged(
            PageStatus.CONSENT,
            "the page asks for consent to cookies instead of showing the article",
        )
    return None


def _gone(page: _View) -> Judged | None:
    says = any(_GONE.search(text) for text in page.headings) or (
        len(page.text) < _OPENING and _GONE.search(page.text)
    )
    if page.is_short and says:
        return Judged(PageStatus.SOFT_404, "the page says that the article is not there")
    return None


def _away(page: _View) -> Judged | None:
    if page.is_short and any(_AWAY.search(text) for text in (*page.headings, page.seen[:_OPENING])):
        return Judged(
            PageStatus.UNREADABLE, "the site is under maintenance or does not serve this region"
        )
    return None


def _login(page: _View) -> Judged | None:
    asks = page.tree.find(".//input[@type='password']") is not None and len(page.text) < _OPENING
    if page.is_short and (asks or _LOGIN_PATH.search(page.path)):
        return Judged(PageStatus.PAYWALLED, "the page asks to log in")
    return None


def _front_page(page: _View) -> Judged | None:
    if page.path in ("", "/") and not urlsplit(page.url).query and not page.meta.is_article:
        return Judged(PageStatus.INDEX, "the address leads to the site's front page")
    return None


def _paywall(page: _View) -> Judged | None:
    """A teaser with a pitch below it, or a page that calls itself closed and shows next to nothing."""
    asks = _PAYWALL.search(page.seen) is not None
    told = sum(
        len(paragraph) for paragraph in page.text.split("\n\n") if not _PAYWALL.search(paragraph)
    )
    if asks and told < (_TEASER if not page.meta.is_free else MIN_TEXT_CHARS):
        return Judged(PageStatus.PAYWALLED, "only the beginning can be read without a subscription")
    if not page.meta.is_free and told < MIN_TEXT_CHARS:
        return Judged(
            PageStatus.PAYWALLED,
            "the page says that it is for subscribers, and shows next to nothing",
        )
    return None


def _list(page: _View) -> Judged | None:
    """Pages that list other pages: by what they call themselves, or by many linked headings with
    little text between.
    """
    if page.meta.is_article:
        return None
    cards = _cards(page)
    named = bool(page.meta.kinds & _LIST_KINDS) or _LIST_PATH.search(page.path) is not None
    long = sum(len(paragraph) >= _LONG_PARAGRAPH for paragraph in page.text.split("\n\n"))
    if (
        cards >= _MIN_CARDS
        and (named or len(page.text) / cards < _CHARS_PER_CARD)
        and long < _MANY_PARAGRAPHS
    ):
        return Judged(PageStatus.INDEX, f"the page lists {cards} other pages")
    return None


def _cards(page: _View) -> int:
    """Counts what a list page is made of: headings that are links, else blocks headed by a link of
    a headline's length.

    Such blocks stand beside short articles, too, so they count only where the extracted text is
    made of them. What stands in navigation, footers and asides never counts."""
    targets = set()
    for heading in page.tree.iter("h2", "h3", "h4"):
        link = next(heading.iter("a"), None)
        if link is None:
            link = next((parent for parent in heading.iterancestors("a")), None)
        if link is not None and link.get("href") and _is_in_main(heading):
            targets.add(link.get("href"))
    if len(targets) >= _MIN_CARDS:
        return len(targets)
    blocks = {
        link.get("href"): fold(_words(link.getparent()))
        for link in page.tree.iter("a")
        if _is_headline_link(link)
    }
    lines = page.text.split("\n")
    told = " ".join(blocks.values())
    others = [line for line in lines if fold(line) not in told]
    is_list = sum(map(len, others)) < _MOSTLY * len(page.text) and not any(
        len(line) >= _LONG_PARAGRAPH for line in others
    )
    return max(len(targets), len(blocks) if is_list else 0)


def _is_in_main(element: HtmlElement) -> bool:
    return next(element.iterancestors("nav", "footer", "aside"), None) is None


def _words(element: HtmlElement) -> str:
    """Returns an element's text as one line, parts apart; cut, for what is longer is no card."""
    return " ".join(" ".join(islice(element.itertext(), _MAX_PARTS)).split())


def _is_headline_link(link: HtmlElement) -> bool:
    """Tells whether a link is as long as a headline and the first thing in its list item or block."""
    parent = link.getparent()
    if (
        parent is None
        or parent.tag not in ("li", "div", "td", "article", "section")
        or (parent.text or "").strip()
    ):
        return False
    is_first = link.getprevious() is None and bool(link.get("href"))
    return (
        is_first
        and _HEADLINE_CHARS <= len(_words(link)) <= 3 * _LONG_PARAGRAPH
        and _is_in_main(link)
    )


def _sign_up(page: _View) -> Judged | None:
    if (
        page.is_short
        and _SIGN_UP_PATH.search(page.path)
        and page.tree.find(".//form") is not None
        and len(page.text) < _SHORT
    ):
        return Judged(PageStatus.INDEX, "the page offers a newsletter or a subscription")
    return None


def _nothing(page: _View) -> Judged | None:
    if page.text and not (len(page.text) < MIN_TEXT_CHARS and _NEEDS_SCRIPT.search(page.text)):
        return None
    by_script = (
        _NEEDS_SCRIPT.search(page.source) is not None
        or page.tree.find(".//script[@src]") is not None
    )
    return Judged(
        PageStatus.UNREADABLE,
        "the page builds its text in the browser" if by_script else "the page holds no text",
    )


def _live(page: _View) -> Judged | None:
    if "LiveBlogPosting" in page.meta.kinds:
        return Judged(PageStatus.LIVE, "a live blog")
    for element in page.tree.xpath("//*[contains(@class, 'live')]")[:50]:
        if (
            _LIVE_CLASS.search(element.get("class") or "")
            and len(element.findall(".//time")) >= _MIN_POSTS
        ):
            return Judged(PageStatus.LIVE, "a live blog")
    return None
