"""What kind of page came back: an article, or one of the many pages that stand where an article
should be.

Extractors give text for all of them, and a consent wall stored as a revision would "change" every
article of a site. Nearly all rules apply only to short text without signs of an article (JSON-LD,
`og:type`), so that an article *about* cookies or paywalls passes. Tuned on `articles/non_articles`
(25 pages) with `aeb` and `fundus` (438) as counter-examples: all found, no false alarm; rerun it
when changing them or the phrases in `data/status.toml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.extraction.list_pages import LONG_PARAGRAPH_CHARS, MIN_CARDS, Cards, find_cards
from monitor.extraction.metadata import Metadata
from monitor.extraction.phrases import read_phrases
from monitor.extraction.text import MIN_TEXT_CHARS, Draft, visible_text
from monitor.model import PageStatus

_SHORT_CHARS = 1_500
_TEASER_CHARS = 500
_MIN_PROSE_CHARS = 100
_MIN_TEASER_CHARS = 40  # shorter ones are captions and labels
_CLOSING_MARKS = "\"'”’»)]"
_SENTENCE_ENDS = (".", "!", "?", "…")
_OPENING_CHARS = 400  # a page that is only a notice says so at once
_MOSTLY = 0.5
_VISIBLE_LIMIT_CHARS = 20_000
_MAX_HEADINGS = 6
_CHARS_PER_CARD = 220
_MANY_PARAGRAPHS = 3
# Subjects of `data/status.toml` [consent] that a wall must speak of: on any page, on a short one.
_CONSENT_SUBJECTS = 3
_CONSENT_SUBJECTS_IF_SHORT = 2
# Hosts that serve nothing but walls.
_CONSENT_HOSTS = ("consent.", "privacy.")
_MIN_POSTS = 3
_MAX_LIVE_ELEMENTS = 50

_PHRASES = read_phrases("status.toml")
_CHALLENGE_MARKUP = _PHRASES.compile("challenge_markup")
_CHALLENGE_OPENING = _PHRASES.compile("challenge_openings", before="^")
_CHALLENGE = _PHRASES.compile("challenge")
_GONE = _PHRASES.compile("gone")
_CONSENT = tuple(map(_PHRASES.compile, _PHRASES.get_table("consent")))
_PAYWALL = _PHRASES.compile("paywall")
_UNAVAILABLE = _PHRASES.compile("unavailable")
_NEEDS_SCRIPT = _PHRASES.compile("needs_script")
_LOGIN_PATH = _PHRASES.compile("login_path", before="/", after=r"(?:[/?.]|$)")
_SIGN_UP_PATH = _PHRASES.compile("sign_up_path", before="/", after=r"(?:/|$)")
_LIST_PATH = _PHRASES.compile("list_path", before="/", after=r"(?:/|\?|$)")
_LIST_KINDS = frozenset({"ProfilePage", "CollectionPage", "SearchResultsPage", "ItemPage"})
_LIVE_CLASS = re.compile(r"live-?(?:blog|ticker|coverage|feed)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageJudgement:
    """A page's kind, and why, in words for a person (empty for an ordinary article).

    Attributes:
        teaser: what can be read of an article without a subscription.
    """

    status: PageStatus
    reason: str = ""
    teaser: Draft = field(default_factory=Draft)


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page as decoded and parsed.

    Attributes:
        source: its HTML.
        url: the address after redirects.
        has_scripts: whether it loads scripts, which may build its text.
    """

    tree: HtmlElement
    source: str
    url: str
    has_scripts: bool = False


def judge_status(page: ParsedPage, meta: Metadata, draft: Draft) -> PageJudgement:
    """Returns what kind of page this is: the first rule that applies decides.

    Args:
        meta: what the page says about itself.
        draft: the text that extraction found.
    """
    view = _View(page, meta, draft)
    for rule in _RULES:
        judgement = rule(view)
        if judgement is not None:
            return judgement
    if len(draft.text) < MIN_TEXT_CHARS:
        return PageJudgement(PageStatus.STUB, f"only {len(draft.text)} characters of text")
    return PageJudgement(PageStatus.OK)


@dataclass(frozen=True)
class _View:
    """What the rules look at; what is dear is read when a rule asks for it."""

    page: ParsedPage
    meta: Metadata
    draft: Draft

    @cached_property
    def text(self) -> str:
        """As extracted; paragraphs separated by blank lines."""
        return self.draft.text

    @cached_property
    def visible(self) -> str:
        """What a reader sees of the page, on one line."""
        return visible_text(self.page.tree, limit=_VISIBLE_LIMIT_CHARS)

    @cached_property
    def headings(self) -> Sequence[str]:
        """The page's title and first headings."""
        elements = [*self.page.tree.iter("title"), *self.page.tree.iter("h1")]
        return list(map(_text_of, elements[:_MAX_HEADINGS]))

    @property
    def is_short(self) -> bool:
        """Whether it has too little text for an article, and nothing on it says that it is one."""
        return not self.meta.is_article and len(self.text) < _SHORT_CHARS

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs of its text; one empty one when there is none."""
        return self.text.split("\n\n")

    @cached_property
    def tells_story(self) -> bool:
        """Whether it has several paragraphs of whole sentences: a page that is only a notice has
        two at most, whatever its headings say.
        """
        return sum(map(_is_prose, self.paragraphs)) >= _MANY_PARAGRAPHS

    @property
    def path(self) -> str:
        """The path of its address."""
        return urlsplit(self.page.url).path

    @property
    def notices(self) -> tuple[str, ...]:
        """Where a page that is only a notice says so: headings and first visible words."""
        return (*self.headings, self.visible[:_OPENING_CHARS])


def _is_prose(paragraph: str) -> bool:
    is_sentence = paragraph.rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS)
    return is_sentence and len(paragraph) >= _MIN_PROSE_CHARS


def _text_of(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def _occurs(pattern: re.Pattern[str], texts: Iterable[str]) -> bool:
    return any(map(pattern.search, texts))


def _judge_challenge(view: _View) -> PageJudgement | None:
    if view.meta.is_article or len(view.text) > _SHORT_CHARS or view.tells_story:
        return None
    if not _says_challenge(view) and not _is_marked_challenge(view):
        return None
    return PageJudgement(
        PageStatus.CHALLENGE, "the site's bot protection answered instead of the article"
    )


def _says_challenge(view: _View) -> bool:
    return _occurs(_CHALLENGE_OPENING, view.notices) or _occurs(_CHALLENGE, view.notices)


def _is_marked_challenge(view: _View) -> bool:
    # Many articles carry a captcha in their comment form: only next to no text makes it a wall.
    is_empty = len(view.visible) < _OPENING_CHARS
    return is_empty and _CHALLENGE_MARKUP.search(view.page.source) is not None


def _judge_consent(view: _View) -> PageJudgement | None:
    """A wall speaks of little else than consent; an article about cookies has a sentence or two
    with the same words.
    """
    about = _paragraphs_on_consent((view.text or view.visible).split("\n\n"))
    if _count_consent_subjects(" ".join(about)) < _needed_consent_subjects(view):
        return None
    return PageJudgement(
        PageStatus.CONSENT, "the page asks for consent to cookies instead of showing the article"
    )


def _paragraphs_on_consent(paragraphs: Sequence[str]) -> Sequence[str]:
    """Returns the paragraphs that speak of consent; none where they are not most of a text."""
    room = (1 - _MOSTLY) * sum(map(len, paragraphs))
    about = []
    for paragraph in paragraphs:
        if _count_consent_subjects(paragraph):
            about.append(paragraph)
        else:
            room -= len(paragraph)
        if room < 0:  # most pages are articles: half of one is enough to see it
            return ()
    return about


def _count_consent_subjects(text: str) -> int:
    return sum(pattern.search(text) is not None for pattern in _CONSENT)


def _needed_consent_subjects(view: _View) -> int:
    """Returns how many subjects make a page a wall: the fewer, the more else speaks for it."""
    if (urlsplit(view.page.url).hostname or "").startswith(_CONSENT_HOSTS):
        return 1
    return _CONSENT_SUBJECTS_IF_SHORT if view.is_short else _CONSENT_SUBJECTS


def _judge_gone(view: _View) -> PageJudgement | None:
    if not view.is_short:
        return None
    says_in_text = len(view.text) < _OPENING_CHARS and _GONE.search(view.text) is not None
    says_in_heading = not view.tells_story and _occurs(_GONE, view.headings)
    if not says_in_text and not says_in_heading:
        return None
    return PageJudgement(PageStatus.SOFT_404, "the page says that the article is not there")


def _judge_unavailable(view: _View) -> PageJudgement | None:
    if not view.is_short or view.tells_story or not _occurs(_UNAVAILABLE, view.notices):
        return None
    return PageJudgement(
        PageStatus.UNREADABLE, "the site is under maintenance or does not serve this region"
    )


def _judge_login(view: _View) -> PageJudgement | None:
    if view.is_short and (_has_login_form(view) or _LOGIN_PATH.search(view.path)):
        return PageJudgement(PageStatus.PAYWALLED, "the page asks to log in")
    return None


def _has_login_form(view: _View) -> bool:
    # Articles have one, too, folded away in the header.
    if len(view.text) >= _OPENING_CHARS:
        return False
    return view.page.tree.find(".//input[@type='password']") is not None


def _judge_front_page(view: _View) -> PageJudgement | None:
    if view.meta.is_article or view.path not in ("", "/") or urlsplit(view.page.url).query:
        return None
    return PageJudgement(PageStatus.INDEX, "the address leads to the site's front page")


def _judge_paywall(view: _View) -> PageJudgement | None:
    """A teaser with a pitch below it, or a page that says that it is closed and shows next to
    nothing.
    """
    size, is_free = _count_without_pitch(view.paragraphs), view.meta.is_free
    if size < (MIN_TEXT_CHARS if is_free else _TEASER_CHARS) and _PAYWALL.search(view.visible):
        reason = "only the beginning can be read without a subscription"
    elif not is_free and size < MIN_TEXT_CHARS:
        reason = "the page says that it is for subscribers, and shows next to nothing"
    else:
        return None
    return PageJudgement(PageStatus.PAYWALLED, reason, _read_teaser(view))


def _read_teaser(view: _View) -> Draft:
    """Returns the sentences that a closed page shows of its article, without the pitch."""
    teaser = [
        paragraph
        for paragraph in view.paragraphs
        if len(paragraph) >= _MIN_TEASER_CHARS
        and paragraph.rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS)
        and not _PAYWALL.search(paragraph)
    ]
    return Draft(tuple(teaser), view.draft.extractor if teaser else "")


def _count_without_pitch(paragraphs: Iterable[str]) -> int:
    """Returns how many characters stand in paragraphs that offer no subscription; counted up to
    what no teaser has.
    """
    # The pitch is not text of the article, however long it is.
    size = 0
    for paragraph in paragraphs:
        if size >= _TEASER_CHARS:
            break
        size += 0 if _PAYWALL.search(paragraph) else len(paragraph)
    return size


def _judge_list(view: _View) -> PageJudgement | None:
    """Pages that list other pages: by what they call themselves, or by many linked headings with
    little text between.
    """
    if view.meta.is_article:
        return None
    cards = find_cards(view.page.tree, view.text)
    long_paragraphs = [text for text in view.paragraphs if len(text) >= LONG_PARAGRAPH_CHARS]
    if cards.count < MIN_CARDS or len(long_paragraphs) >= _MANY_PARAGRAPHS:
        return None
    if not _is_named_list(view) and not _is_list_by_text(view, cards):
        return None
    return PageJudgement(PageStatus.INDEX, f"the page lists {cards.count} other pages")


def _is_list_by_text(view: _View, cards: Cards) -> bool:
    """Whether a page has little text for its cards, and none of its own but theirs."""
    is_little = len(view.text) / cards.count < _CHARS_PER_CARD
    return is_little and (cards.are_text or not view.text)


def _is_named_list(view: _View) -> bool:
    return bool(view.meta.kinds & _LIST_KINDS) or _LIST_PATH.search(view.path) is not None


def _judge_sign_up(view: _View) -> PageJudgement | None:
    # The path alone would not do: newspapers file articles under the name of a newsletter.
    if not view.is_short or not _SIGN_UP_PATH.search(view.path):
        return None
    if view.page.tree.find(".//form") is None:
        return None
    return PageJudgement(PageStatus.INDEX, "the page offers a newsletter or a subscription")


def _judge_empty(view: _View) -> PageJudgement | None:
    if view.text and not _only_asks_for_script(view.text):
        return None
    if _is_built_by_script(view.page):
        return PageJudgement(PageStatus.UNREADABLE, "the page builds its text in the browser")
    return PageJudgement(PageStatus.UNREADABLE, "the page holds no text")


def _only_asks_for_script(text: str) -> bool:
    return len(text) < MIN_TEXT_CHARS and _NEEDS_SCRIPT.search(text) is not None


def _is_built_by_script(page: ParsedPage) -> bool:
    return page.has_scripts or _NEEDS_SCRIPT.search(page.source) is not None


def _judge_live(view: _View) -> PageJudgement | None:
    if "LiveBlogPosting" in view.meta.kinds or _has_live_posts(view.page.tree):
        return PageJudgement(PageStatus.LIVE, "a live blog")
    return None


def _has_live_posts(tree: HtmlElement) -> bool:
    """Whether an element with a live blog's class holds several times, as its posts do."""
    for element in tree.xpath("//*[contains(@class, 'live')]")[:_MAX_LIVE_ELEMENTS]:
        if not _LIVE_CLASS.search(element.get("class") or ""):
            continue
        if len(element.findall(".//time")) >= _MIN_POSTS:
            return True
    return False


# Walls come before everything that counts text: their text is not the article's. A page that shows
# nothing comes late, so that what names its reason goes first.
_RULES: tuple[Callable[[_View], PageJudgement | None], ...] = (
    _judge_challenge,
    _judge_consent,
    _judge_gone,
    _judge_unavailable,
    _judge_login,
    _judge_front_page,
    _judge_paywall,
    _judge_list,
    _judge_sign_up,
    _judge_empty,
    _judge_live,
)
