"""`monitor why`: the whole chain of one item in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import FormatOption, cell, is_for_person, print_rows, to_row
from monitor.cli.state import get_state, open_reader
from monitor.text import one_line

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.pages import EditView, PageView
    from monitor.store.views.articles import ArticleView
    from monitor.store.views.trace import DevelopmentTrace, EntryTrace, Trace, VerdictTrace

STATE_WORDS = {
    "ignored": "not read: no case's query found anything in its title, teaser or address",
    "queued": "waiting to be read",
    "unmatched": "read; its full text belongs to no case",
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
    "": "",
    "feed": "from the feed",
    "json-ld": "from the page's JSON-LD",
    "meta": "from a meta tag of the page",
    "time": "from the page's <time>",
    "htmldate": "guessed from the page",
    "seed": "from the seed",
    "first_seen": "no date could be used: when it was first seen",
}
_TERMS_SHOWN = 5


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


def find_trace(store: Store, target: str) -> Trace:
    """Returns the chain of what an id or an address names.

    Raises:
        NotFound: nothing has that id, or the address was never seen.
    """
    from monitor.store.views.trace import trace_id, trace_url
    from monitor.urls import canonical_url

    if "://" in target:
        return store.read(trace_url, list(dict.fromkeys([target, canonical_url(target)])))
    if target.startswith(("seed:", "urn:")):
        return store.read(trace_url, [target])
    return store.read(trace_id, target)


def describe_date(dated: EntryTrace | ArticleView) -> str:
    """Returns where a date comes from, in words; empty when it is not known."""
    source = dated.published_source
    parts = [SOURCE_WORDS.get(source, f"from the item's {one_line(source, limit=40)}")]
    if dated.published_precision == "day":
        parts.append("the day only")
    elif dated.is_zone_assumed:
        parts.append("it names no zone, read as UTC")
    if dated.published_flag:
        parts.append(f"{_refused_date(dated)} {FLAG_WORDS[dated.published_flag]}")
    return "; ".join(filter(None, parts))


def _refused_date(dated: EntryTrace | ArticleView) -> str:
    raw = one_line(dated.published_raw, limit=100)
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
    _say("feed", f"{one_line(entry.feed)}: {one_line(entry.title)}")
    _say("seen", f"{cell(entry.seen_at)} UTC; {entry.url or 'no link'}")
    _say("dated", _join(cell(entry.published_at) or "undated", describe_date(entry)))
    for case, terms in entry.wanted_by:
        found = ", ".join(terms) or "looks related, or the feed is taken whole"
        _say("matched", f"{case}: {found}")
    tries = f"; {entry.attempts} tries" if entry.attempts > 1 else ""
    pending = f"; next try {cell(entry.next_attempt_at)} UTC" if entry.state == "queued" else ""
    _say("fetched", _join(STATE_WORDS[entry.state] + tries + pending, entry.status, entry.reason))


def _print_article(trace: Trace) -> None:
    article = trace.article
    if article is None:
        _say("article", "none stored")
        return
    _say("article", f"{article.id} {one_line(article.title)} ({one_line(article.outlet)})")
    _say("published", _join(cell(article.published_at), describe_date(article)))
    _say("extracted", _join(article.extraction, trace.page_status, trace.page_reason))


def _print_verdict(verdict: VerdictTrace) -> None:
    kind = "subject" if verdict.is_subject else "named in passing"
    _say("case", f"{verdict.case}, revision {verdict.revision}: {kind}")
    for term in verdict.terms[:_TERMS_SHOWN]:
        _say("", f"{term['term']} in {term['field']}: {one_line(term['snippet'], limit=160)}")
    _print_nearest_copy(verdict)
    figures = (
        f"score {verdict.score:.2f}, threshold {verdict.threshold:.2f}; "
        f"{verdict.known_share:.0%} of its sentences were known"
    )
    judged = f"judge {verdict.judge_version}, {cell(verdict.judged_at)} UTC"
    _say("verdict", f"{verdict.outcome}: {figures} ({judged})")
    for reason in verdict.reasons:
        _say("", _describe_reason(reason))
    for sentence in verdict.new_sentences:
        _print_new_sentence(sentence)
    for claim in verdict.changed_claims:
        _print_claim(claim)


def _print_nearest_copy(verdict: VerdictTrace) -> None:
    if not verdict.nearest_url:
        _say("copy of", "nothing stored")
        return
    shares = (
        f"{verdict.new_in_old:.0%} of it stands there, {verdict.old_in_new:.0%} of that stands here"
    )
    outlet = one_line(verdict.nearest_outlet or "")
    _say("copy of", f"{verdict.relation}: {verdict.nearest_url} ({outlet}); {shares}")


def _describe_reason(reason: Mapping[str, Any]) -> str:
    text = f"{reason['code']}: {one_line(reason['text'], limit=300)}"
    if reason.get("value") is None:
        return text
    limit = "" if reason.get("threshold") is None else f" against {reason['threshold']:.2f}"
    return f"{text} [{reason['value']:.2f}{limit}]"


def _print_new_sentence(sentence: Mapping[str, Any]) -> None:
    _say("new", one_line(sentence["text"], limit=1000))
    nearest = sentence.get("nearest")
    if nearest:
        _say("", f"nearest ({nearest['score']:.2f}): {one_line(nearest['text'], limit=300)}")


def _print_claim(claim: Mapping[str, Any]) -> None:
    before, after = one_line(claim["before"], limit=300), one_line(claim["after"], limit=300)
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
    revision = f", revision {edit.revision}" if edit.revision else ""
    _say("edit", _join(f"{cell(edit.at)} UTC: {edit.kind.replace('_', ' ')}{revision}", edit.note))
    for claim in edit.changed_claims:
        _print_claim(claim)
    for sentence in edit.added:
        _say("added", one_line(sentence, limit=500))
    for sentence in edit.removed:
        _say("taken out", one_line(sentence, limit=500))


def _print_page(page: PageView) -> None:
    asked = "not asked again yet"
    if page.checks:
        asked = f"asked again {page.checks} times, last {cell(page.checked_at)} UTC"
    following = f"next {cell(page.next_check_at)} UTC" if page.next_check_at else "not any more"
    updated = f"it says that it was changed {cell(page.updated_at)} UTC" if page.updated_at else ""
    _say("page", _join(f"{page.state}; {asked}, {following}", page.status, page.error, updated))


def _print_development(development: DevelopmentTrace) -> None:
    what = "started"
    if not development.is_first:
        what = f"reports again what {development.first_url} told first"
    summary = one_line(development.summary, limit=200)
    _say("development", f"{development.id} ({development.case}) {what}: {summary}")


def _print_deliveries(trace: Trace) -> None:
    for alert in trace.alerts:
        at = f" at {cell(alert.sent_at)}" if alert.sent_at else ""
        state = f"alert {alert.id} to {alert.channel} ({alert.cadence}): {alert.state}{at}"
        _say("delivered", _join(state, alert.error))
    for word in trace.feedback:
        kind = word.kind.replace("_", " ")
        _say("feedback", _join(f"{word.case}: {kind}, {cell(word.created_at)} UTC", word.note))
    if trace.verdicts and not trace.alerts:
        _say("delivered", "nothing: it raised no alert of its own")


def _join(*parts: str) -> str:
    return "; ".join(one_line(part, limit=500) for part in parts if part)


def _say(label: str, text: str) -> None:
    typer.echo(f"{label:<12} {text}")
