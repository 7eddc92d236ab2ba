"""The chain of one item in words, for `monitor why`."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from monitor.cli.output import cell
from monitor.store.pages import EditView, PageView
from monitor.store.views.articles import ArticleView
from monitor.store.views.trace import EntryTrace, Trace, VerdictTrace
from monitor.text import one_line

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


def describe_date(dated: EntryTrace | ArticleView) -> str:
    """Returns where a date comes from, in words; empty when it is not known."""
    source, raw = dated.published_source, one_line(dated.published_raw, limit=100)
    parts = [SOURCE_WORDS.get(source, f"from the item's {one_line(source, limit=40)}")]
    parts += ["the day only"] if dated.published_precision == "day" else []
    parts += (
        ["it names no zone, read as UTC"]
        if dated.is_zone_assumed and dated.published_precision != "day"
        else []
    )
    if dated.published_flag:
        # An article's date may come from its page when its feed's was refused: then the feed's is
        # with the entry.
        which = f"the written date {raw!r}" if source == "first_seen" and raw else "the feed's date"
        parts.append(f"{which} {FLAG_WORDS[dated.published_flag]}")
    return "; ".join(filter(None, parts))


def print_trace(trace: Trace) -> None:
    """Prints every gate of an item with its values, from feed to delivery."""
    for entry in trace.entries:
        _print_entry(entry)
    if trace.article:
        article = trace.article
        _say("article", f"{article.id} {one_line(article.title)} ({one_line(article.outlet)})")
        _say("published", _join(cell(article.published_at), describe_date(article)))
        _say("extracted", _join(article.extraction, trace.page_status, trace.page_reason))
    else:
        _say("article", "none stored")
    for verdict in trace.verdicts:
        _print_verdict(verdict)
    print_edits(trace.edits, trace.page)
    for told in trace.developments:
        what = "started" if told.is_first else f"reports again what {told.first_url} told first"
        _say("development", f"{told.id} ({told.case}) {what}: {one_line(told.summary, limit=200)}")
    for alert in trace.alerts:
        at = f" at {cell(alert.sent_at)}" if alert.sent_at else ""
        _say(
            "delivered",
            _join(
                f"alert {alert.id} to {alert.channel} ({alert.cadence}): {alert.state}{at}",
                alert.error,
            ),
        )
    for word in trace.feedback:
        _say(
            "feedback",
            _join(
                f"{word.case}: {word.kind.replace('_', ' ')}, {cell(word.created_at)} UTC",
                word.note,
            ),
        )
    if trace.verdicts and not trace.alerts:
        _say("delivered", "nothing: it raised no alert of its own")


def print_edits(edits: Sequence[EditView], page: PageView | None) -> None:
    """Prints what the outlet did to an article after it was stored, and when its page is asked for
    again.
    """
    for edit in edits:
        kind = edit.kind.replace("_", " ")
        text = f"{cell(edit.at)} UTC: {kind}" + (
            f", revision {edit.revision}" if edit.revision else ""
        )
        _say("edit", _join(text, edit.note))
        for claim in edit.changed_claims:
            _say(
                "changed",
                f"{claim['slot']}: {one_line(claim['before'], limit=300)} -> {one_line(claim['after'], limit=300)}",
            )
        for sentence in edit.added:
            _say("added", one_line(sentence, limit=500))
        for sentence in edit.removed:
            _say("taken out", one_line(sentence, limit=500))
    if page is not None:
        looks = f"asked again {page.checks} times" if page.checks else "not asked again yet"
        last = f", last {cell(page.checked_at)} UTC" if page.checks else ""
        following = f"next {cell(page.next_check_at)} UTC" if page.next_check_at else "not any more"
        updated = (
            f"it says that it was changed {cell(page.updated_at)} UTC" if page.updated_at else ""
        )
        _say(
            "page",
            _join(f"{page.state}; {looks}{last}, {following}", page.status, page.error, updated),
        )


def _print_entry(entry: EntryTrace) -> None:
    _say("feed", f"{one_line(entry.feed)}: {one_line(entry.title)}")
    published = _join(cell(entry.published_at) or "undated", describe_date(entry))
    _say("seen", f"{cell(entry.seen_at)} UTC; {entry.url or 'no link'}")
    _say("dated", published)
    for case, terms in entry.wanted_by:
        _say(
            "matched", f"{case}: {', '.join(terms) or 'looks related, or the feed is taken whole'}"
        )
    tries = f"; {entry.attempts} tries" if entry.attempts > 1 else ""
    pending = f"; next try {cell(entry.next_attempt_at)} UTC" if entry.state == "queued" else ""
    _say("fetched", _join(STATE_WORDS[entry.state] + tries + pending, entry.status, entry.reason))


def _print_verdict(verdict: VerdictTrace) -> None:
    kind = "subject" if verdict.is_subject else "named in passing"
    _say("case", f"{verdict.case}, revision {verdict.revision}: {kind}")
    for term in verdict.terms[:5]:
        _say("", f"{term['term']} in {term['field']}: {one_line(term['snippet'], limit=160)}")
    if verdict.nearest_url:
        shares = f"{verdict.new_in_old:.0%} of it stands there, {verdict.old_in_new:.0%} of that stands here"
        _say(
            "copy of",
            f"{verdict.relation}: {verdict.nearest_url} ({one_line(verdict.nearest_outlet or '')}); {shares}",
        )
    else:
        _say("copy of", "nothing stored")
    figures = f"score {verdict.score:.2f}, threshold {verdict.threshold:.2f}; {verdict.known_share:.0%} of its sentences were known"
    _say(
        "verdict",
        f"{verdict.outcome}: {figures} (judge {verdict.judge_version}, {cell(verdict.judged_at)} UTC)",
    )
    for reason in verdict.reasons:
        value = "" if reason.get("value") is None else f" [{reason['value']:.2f}"
        limit = "" if reason.get("threshold") is None else f" against {reason['threshold']:.2f}"
        _say(
            "",
            f"{reason['code']}: {one_line(reason['text'], limit=300)}{value}{limit}{']' if value else ''}",
        )
    for sentence in verdict.new_sentences:
        _say("new", one_line(sentence["text"], limit=1000))
        nearest = sentence.get("nearest")
        if nearest:
            _say("", f"nearest ({nearest['score']:.2f}): {one_line(nearest['text'], limit=300)}")
    for claim in verdict.changed_claims:
        _say(
            "changed",
            f"{claim['slot']}: {one_line(claim['before'], limit=300)} -> {one_line(claim['after'], limit=300)}",
        )


def _join(*parts: str) -> str:
    return "; ".join(one_line(part, limit=500) for part in parts if part)


def _say(label: str, text: str) -> None:
    typer.echo(f"{label:<12} {text}")
