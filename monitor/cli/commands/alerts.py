"""`monitor alerts …`: the outbox.

Reads what the pipeline made; `resend` alone changes it, and leaves the sending to the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import (
    DEFAULT_LIMIT,
    CaseOption,
    Format,
    FormatOption,
    LimitOption,
    SinceOption,
    UntilOption,
    print_rows,
    print_views,
    talk,
    to_json,
)
from monitor.cli.state import get_state, open_reader, parse_window, require_case, utc_now
from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.alerts import AlertPayload
    from monitor.store import Store

app = typer.Typer(help="Alerts: the outbox.", no_args_is_help=True)

COLUMNS = ("id", "created_at", "case", "channel", "state", "attempts", "summary", "error")

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="The alert's id or the first digits of it.")
]


@app.command("list")
def list_(
    ctx: typer.Context,
    pending: Annotated[
        bool, typer.Option("--pending", help="Only those not delivered yet.")
    ] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Only those given up.")] = False,
    case: CaseOption = None,
    limit: LimitOption = DEFAULT_LIMIT,
    since: SinceOption = None,
    until: UntilOption = None,
    form: FormatOption = None,
) -> None:
    """Alerts with the state of each channel, newest first.

    Example: monitor alerts list --failed
    """
    from monitor.store.views.alerts import list_alerts

    settings = get_state(ctx).load()
    window = parse_window(since, until, settings.timezone)
    with open_reader(settings) as store:
        require_case(settings, store, case)
        found = store.read(
            list_alerts,
            limit=limit,
            case=case,
            states=_states(is_pending=pending, is_failed=failed),
            since=window.since,
            until=window.until,
        )
    print_views(found, COLUMNS, form, zone=settings.timezone)


def _states(*, is_pending: bool, is_failed: bool) -> list[str]:
    """Returns the states asked for; none means all."""
    states = []
    if is_pending:
        # To a person, what waits for its digest and what is being sent are one: not there yet.
        states += ["waiting", "pending"]
    if is_failed:
        states += ["dead"]
    return states


@app.command("show")
def show(ctx: typer.Context, alert_id: IdArgument, form: FormatOption = None) -> None:
    """Everything an alert says, as the webhook gets it.

    Example: monitor alerts show 3f9c
    """
    with open_reader(get_state(ctx).load()) as store:
        payload = _read_payload(store, alert_id)
    # One line of JSON on a terminal too: it is what a receiver has to understand.
    if form in (Format.JSONL, None):
        typer.echo(to_json(payload.to_json()))
        return
    # Its fields are objects, which no table can hold.
    form = Format.JSON if form is Format.TABLE else form
    print_rows([payload.to_json()], ("case", "development", "article"), form)


def _read_payload(store: Store, alert_id: str) -> AlertPayload:
    """Returns what an alert says.

    Raises:
        NotFound: no alert has that id, or several begin with it.
    """
    from monitor.store.views.payloads import get_alert_payloads

    row_id = _find_alert(store, alert_id)
    return store.read(get_alert_payloads, [row_id])[row_id]


def _find_alert(store: Store, alert_id: str) -> int:
    """Returns the row of an alert by the first digits of its id.

    Raises:
        NotFound: no alert has that id, or several begin with it.
    """
    from monitor.store.schema.tables import alerts
    from monitor.store.views.selection import resolve_uid

    return store.read(resolve_uid, alerts, alert_id, "alert")


@app.command("preview")
def preview(
    ctx: typer.Context,
    alert_id: IdArgument,
    html: Annotated[
        bool, typer.Option("--html", help="The HTML part of the mail instead of the text.")
    ] = False,
) -> None:
    """The mail of an alert as it would be sent now.

    Example: monitor alerts preview 3f9c
    """
    from monitor.alerts import render_alert

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        payload = _read_payload(store, alert_id)
    # Rendered anew: a sealed delivery keeps its bytes, which may be of an older version.
    message = render_alert(
        payload, id="preview", now=utc_now(), timezone=settings.timezone, sender=settings.smtp.from_
    )
    if html:
        typer.echo(message.html)
        return
    typer.echo(f"Subject: {message.subject}\n\n{message.text}")


@app.command("resend")
def resend(
    ctx: typer.Context,
    alert_id: IdArgument,
    channel: Annotated[str | None, typer.Option("--channel", help="Only this channel.")] = None,
) -> None:
    """Sends an alert again, under its old id; the daemon or the next `poll` does it.

    Example: monitor alerts resend 3f9c --channel desk
    """
    from monitor.store.outbox import requeue_delivery

    with open_reader(get_state(ctx).load()) as store:
        ids = _find_deliveries(store, alert_id, channel)
        # Sent by whoever delivers, not here: two senders would not know of each other's limits.
        for delivery_id in ids:
            store.write(requeue_delivery, delivery_id, utc_now())
    talk(f"{len(ids)} deliveries are due again")


def _find_deliveries(store: Store, alert_id: str, channel: str | None) -> list[int]:
    """Returns the deliveries of an alert, to one channel or to all.

    Raises:
        NotFound: there is no such alert, or nothing of it was made ready to be sent.
    """
    from monitor.store.views.alerts import get_delivery_ids

    ids = store.read(get_delivery_ids, _find_alert(store, alert_id), channel)
    if not ids:
        raise NotFound(
            f"alert {alert_id} has no delivery to repeat",
            hint="it may still wait: monitor alerts list --pending",
        )
    return ids
