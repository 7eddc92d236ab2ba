"""Developments whose alerts wait for the console."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from monitor.model import NewSentence, Outcome, Reason, Verdict
from monitor.pipeline.context import Context
from monitor.store.verdicts import AlertTarget
from tests.pipeline.program import Program
from tests.store.rows import add_article, add_case, add_development, fetched, judged


def add_alert(program: Program, number: int, due_at: datetime, cadence: str = "now") -> None:
    """Stores a development on the closing of a pier, and its alert."""

    def add(session: Session) -> None:
        text = f"On Sunday pier number {number} of the harbour was closed."
        article = fetched(number, text, title=f"Pier {number} closed")
        given = judged(add_case(session), add_article(session, article), article)
        new = NewSentence(article.text, 0, number, None)
        verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),), (new,), tier=2)
        add_development(session, given, verdict, [AlertTarget("console", cadence, due_at)])

    async def work(ctx: Context) -> None:
        await ctx.write(add)

    program.run(work)
