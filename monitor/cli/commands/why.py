"""`monitor why`: the whole chain of one item in words.

Follows an item through the pipeline: feed, match, fetch, article, verdict, edits, development,
delivery. All of it was kept when it happened; nothing is judged again here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import (
    FormatOption,
    cell,
    is_for_person,
    print_rows,
    terminal_width,
    to_row,
)
from monitor.cli.state import get_state, open_reader
from monitor.cli.tables import wrap
from monitor.cli.targets import find_trace
from monitor.text import one_line, short_line

if TYPE_CHECKING:
    from monitor.store.pages import EditView, PageView
    from monitor.store.views.alerts import AlertView
    from monitor.store.views.articles import ArticleView
    from monitor.store.views.trace import DevelopmentTrace, EntryTrace, Trace, VerdictTrace

STATE_WORDS = {
    "ignored": "not read: no case's query found anything in its title, teaser or address; "
    "`candidates` of a case widens what is read",
    "queued": "waiting to be read",
    "unmatched": "looked at; what could be read of it belongs to no case",
    "stored": "read and judged",
    "failed": "given up after repeated failures",
}
FLAG_WORDS = {
    "future": "lies in the future",
    "before_1995": "lies before 1995",
    "unreadable": "cannot be read",
    "redated": "is much newer than the page's own",
}
SOURCE_WORDS = {
    "": "",  # of a version that did not note it
    "feed": "from the feed",
    "json-ld": "from the page's JSON-LD",
    "meta": "from a meta tag of the page",
    "time": "from the page's <time>",
    "htmldate": "guessed from the page",
    "seed": "from the seed",
    "first_seen": "no date could be used: when it was first seen",
}
# What a verdict means for who is told.
OUTCOME_WORDS = {
    "alert": "told, when its channels tell: it is new enough",
    "digest": "held back in doubt: told in a digest, and at once if another newsroom has it too",
    "silent": "not told: see why below",
    "baseline": "known: it was there before the case was followed as it is now",
}
# How a text stands to the stored one that is nearest to it.
RELATION_WORDS = {
    "exact": "the same text as",
    "copy": "nearly the same text as",
    "copy_changed": "the same text, with another fact in it, as",
    "excerpt": "a part of",
    "expansion": "more words around",
    "related": "shares passages with",
    "distinct": "little in common with",
}
# Where the text comes from.
EXTRACTION_WORDS = {
    "full": "full: the whole text of the page",
    "teaser": "teaser: the beginning of a page that is paywalled or cut",
    "consent": "consent: a consent form stood before the page; the feed's words",
    "feed_only": "feed_only: the page was not read; the feed's words",
    "unreadable": "unreadable: the page has no text that can be read",
}
_LABEL_WIDTH = 13
_TERMS_SHOWN = 5  # a long query matches in dozens of places; the first say enough


def why(
    ctx: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="ID|URL", help="An article, development or alert by id, or any address."
        ),
    ],
    form: FormatOption = None,
) -> None:
    """The whole chain of one item: seen, matched, fetched, extracted, copy of, judged, delivered.

    Example: monitor why https://example.org/story
    """
    with open_reader(get_state(ctx).load()) as store:
        trace = find_trace(store, target)
    if is_for_person(form):
        print_trace(trace)
    else:
        print_rows([to_row(trace)], (), form)


def describe_date(dated: EntryTrace | ArticleView) -> str:
    """Returns where a date comes from, in words; empty when it is not known."""
    parts = [_describe_source(dated.published_source), _describe_precision(dated)]
    if dated.published_flag:
        parts.append(f"{_refused_date(dated)} {FLAG_WORDS[dated.published_flag]}")
    return "; ".join(filter(None, parts))


def _describe_source(source: str) -> str:
    # What is not one of our words is the name of the feed's element, which is text from the web.
    return SOURCE_WORDS.get(source, f"from the item's {short_line(source, limit=40)}")


def _describe_precision(dated: EntryTrace | ArticleView) -> str:
    """Returns what a date leaves open; empty for one that is complete."""
    if dated.published_precision == "day":
        return "the day only"
    return "it names no zone, read as UTC" if dated.is_zone_assumed else ""


def _refused_date(dated: EntryTrace | ArticleView) -> str:
    """Returns the name of a date that could not be used."""
    raw = short_line(dated.published_raw, limit=100)
    if dated.published_source == "first_seen" and raw:
        return f"the written date {raw!r}"
    # An article's date may come from its page when its feed's was refused: then the feed's is with
    # the entry.
    return "the feed's date"


def print_trace(trace: Trace) -> None:
    """Prints every gate of an item with its values, from feed to delivery."""
    for entry in trace.entries:
        _print_entry(entry)
    _print_article(trace)
    for verdict in trace.verdicts:
        _print_verdict(verdict)
    print_edits(trace.edits, trace.page)
    for development in trace.developments:
        _print_development(development)
    _print_deliveries(trace)


def _print_entry(entry: EntryTrace) -> None:
    """Prints what became of an item of a feed before it was an article."""
    _say("feed", f"{one_line(entry.feed)}: {one_line(entry.title)}")
    _say("seen", f"{cell(entry.seen_at)} UTC; {entry.url or 'no link'}")
    _say("dated", _join(cell(entry.published_at) or "undated", describe_date(entry)))
    for case, terms in entry.wanted_by:
        _print_match(case, terms)
    _say("fetched", _join(_describe_state(entry), entry.status, entry.reason))


def _print_match(case: str, terms: Sequence[str]) -> None:
    found = ", ".join(terms) or "looks related, or the feed is taken whole"
    _say("matched", f"{case}: {found}")


def _describe_state(entry: EntryTrace) -> str:
    """Returns how far an item came, with its tries."""
    tries = f"; {entry.attempts} tries" if entry.attempts > 1 else ""
    pending = f"; next try {cell(entry.next_attempt_at)} UTC" if entry.state == "queued" else ""
    return STATE_WORDS[entry.state] + tries + pending


def _print_article(trace: Trace) -> None:
    """Prints what is stored of an item, and how its text was found."""
    article = trace.article
    if article is None:
        _say("article", "none stored")
        return
    _say("article", f"{article.id} {one_line(article.title)} ({one_line(article.outlet)})")
    _say("published", _join(cell(article.published_at), describe_date(article)))
    extraction = EXTRACTION_WORDS.get(article.extraction, article.extraction)
    _say("extracted", _join(extraction, trace.page_status, trace.page_reason))


def _print_verdict(verdict: VerdictTrace) -> None:
    """Prints a verdict from what made the article match to what was new in it."""
    _print_terms(verdict)
    _print_nearest_copy(verdict)
    _print_outcome(verdict)
    for reason in verdict.reasons:
        _say("", _describe_reason(reason))
    for sentence in verdict.new_sentences:
        _print_new_sentence(sentence)
    for claim in verdict.changed_claims:
        _print_claim(claim)


def _print_terms(verdict: VerdictTrace) -> None:
    """Prints which case wanted the article, and the first words that made it so."""
    kind = "it is about the case" if verdict.is_subject else "it names the case in passing"
    _say("case", f"{verdict.case}, revision {verdict.revision}: {kind}")
    for term in verdict.terms[:_TERMS_SHOWN]:
        # What stands around a term comes from the page, and may hold a line break.
        _say("", f"{term['term']} in {term['field']}: {short_line(term['snippet'], limit=160)}")


def _print_outcome(verdict: VerdictTrace) -> None:
    """Prints what the judge said, with the figures that it stands on."""
    figures = (
        f"score {verdict.score:.2f}, threshold {verdict.threshold:.2f}; "
        f"{verdict.known_share:.0%} of its sentences were known"
    )
    judged = f"judge {verdict.judge_version}, {cell(verdict.judged_at)} UTC"
    _say("verdict", f"{verdict.outcome}: {figures} ({judged})")
    _say("", OUTCOME_WORDS.get(verdict.outcome, ""))


def _print_nearest_copy(verdict: VerdictTrace) -> None:
    """Prints the stored article that is nearest to a copy, and how much of each is in the other."""
    if not verdict.nearest_url:
        _say("copy of", "nothing stored")
        return
    shares = (
        f"{verdict.new_in_old:.0%} of it stands there, {verdict.old_in_new:.0%} of that stands here"
    )
    relation = RELATION_WORDS.get(verdict.relation, verdict.relation)
    outlet = one_line(verdict.nearest_outlet or "")
    _say("copy of", f"{relation} {verdict.nearest_url} ({outlet}); {shares}")


def _describe_reason(reason: Mapping[str, Any]) -> str:
    """Returns a reason in words, with its figure and the threshold of that, where it has them, and
    the code by which programs know it.
    """
    # Reasons that verdicts of older versions kept may lack either.
    value, threshold = reason.get("value"), reason.get("threshold")
    limit = "" if threshold is None else f" against {threshold:.2f}"
    figure = "" if value is None else f": {value:.2f}{limit}"
    return f"{short_line(reason['text'], limit=300)}{figure} ({reason['code']})"


def _print_new_sentence(sentence: Mapping[str, Any]) -> None:
    _say("new", short_line(sentence["text"], limit=1000))
    nearest = sentence.get("nearest")
    if nearest:
        _say("", f"nearest ({nearest['score']:.2f}): {short_line(nearest['text'], limit=300)}")


def _print_claim(claim: Mapping[str, Any]) -> None:
    before, after = short_line(claim["before"], limit=300), short_line(claim["after"], limit=300)
    _say("changed", f"{claim['slot']}: {before} -> {after}")


def print_edits(edits: Sequence[EditView], page: PageView | None) -> None:
    """Prints what the outlet did to an article after it was stored, and when its page is asked for
    again.
    """
    for edit in edits:
        _print_edit(edit)
    if page is not None:
        _print_page(page)


def _print_edit(edit: EditView) -> None:
    """Prints what an edit changed; one that changed no text, such as a removal, has no revision."""
    revision = f", revision {edit.revision}" if edit.revision else ""
    _say("edit", _join(f"{cell(edit.at)} UTC: {edit.kind.replace('_', ' ')}{revision}", edit.note))
    for claim in edit.changed_claims:
        _print_claim(claim)
    _print_sentences("added", edit.added)
    _print_sentences("taken out", edit.removed)


def _print_sentences(label: str, sentences: Sequence[str]) -> None:
    for sentence in sentences:
        _say(label, short_line(sentence, limit=500))


def _print_page(page: PageView) -> None:
    """Prints how often a page was looked at again, and when it is next."""
    following = f"next {cell(page.next_check_at)} UTC" if page.next_check_at else "not any more"
    updated = f"it says that it was changed {cell(page.updated_at)} UTC" if page.updated_at else ""
    state = f"{page.state}; {_describe_checks(page)}, {following}"
    _say("page", _join(state, page.status, page.error, updated))


def _describe_checks(page: PageView) -> str:
    if page.checks:
        return f"asked again {page.checks} times, last {cell(page.checked_at)} UTC"
    return "not asked again yet"


def _print_development(development: DevelopmentTrace) -> None:
    """Prints a development that the article started or reports too."""
    what = "started"
    if not development.is_first:
        what = f"reports again what {development.first_url} told first"
    summary = short_line(development.summary, limit=200)
    _say("development", f"{development.id} ({development.case}) {what}: {summary}")


def _print_deliveries(trace: Trace) -> None:
    """Prints where the alerts of an item went, and what people said of its verdicts."""
    for alert in trace.alerts:
        _print_alert(alert)
    for given in trace.feedback:
        kind = given.kind.replace("_", " ")
        _say("feedback", _join(f"{given.case}: {kind}, {cell(given.created_at)} UTC", given.note))
    # An item without a verdict got no further than its entry, which says so itself.
    if trace.verdicts and not trace.alerts:
        _say("delivered", _describe_silence(trace))


def _describe_silence(trace: Trace) -> str:
    if any(verdict.outcome == "alert" for verdict in trace.verdicts):
        return "nothing yet: its channels wait until more newsrooms have it"
    return "nothing: it raised no alert of its own"


def _print_alert(alert: AlertView) -> None:
    at = f" at {cell(alert.sent_at)} UTC" if alert.sent_at else ""
    due = f", due {cell(alert.due_at)} UTC" if alert.state == "waiting" else ""
    state = f"alert {alert.id} to {alert.channel} ({alert.cadence}): {alert.state}{at}{due}"
    _say("delivered", _join(state, alert.error))


def _join(*parts: str) -> str:
    """Returns the parts that are not empty; what a server answered may be long."""
    return "; ".join(short_line(part, limit=500) for part in parts if part)


def _say(label: str, text: str) -> None:
    """Prints a line, or as many as the terminal needs, behind a label; one that is empty goes on
    with the one above.
    """
    first, *others = wrap(text, terminal_width() - _LABEL_WIDTH)
    typer.echo(f"{label:<{_LABEL_WIDTH}}{first}".rstrip())
    for line in others:
        typer.echo(" " * _LABEL_WIDTH + line)
