"""`monitor alerts …`: the outbox."""

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
    talk,
    to_json,
    to_row,
)
from monitor.cli.state import get_state, open_reader, parse_window, require_case, utc_now
from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.alerts import AlertPayload
    from monitor.store import Store

app = typer.Typer(help="Alerts: the outbox.", no_args_is_help=True)

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
    states = (["waiting", "pending"] if pending else []) + (["dead"] if failed else [])
    with open_reader(settings) as store:
        require_case(settings, store, case)
        found = store.read(
            list_alerts,
            limit=limit,
            case=case,
            states=states,
            since=window.since,
            until=window.until,
        )
    print_rows(
        [to_row(alert) for alert in found],
        ("id", "created_at", "case", "channel", "state", "attempts", "summary", "error"),
        form,
        zone=settings.timezone,
    )


@app.command("show")
def show(ctx: typer.Context, alert_id: IdArgument, form: FormatOption = None) -> None:
    """Everything an alert says, as the webhook gets it.

    Example: monitor alerts show 3f9c
    """
    with open_reader(get_state(ctx).load()) as store:
        payload = _read_payload(store, alert_id)
    if form in (Format.JSONL, None):
        typer.echo(to_json(payload.to_json()))
    else:
        print_rows(
            [payload.to_json()],
            ("case", "development", "article"),
            Format.JSON if form is Format.TABLE else form,
        )


def _read_payload(store: Store, alert_id: str) -> AlertPayload:
    from monitor.store.schema.tables import alerts
    from monitor.store.views.payloads import get_alert_payloads
    from monitor.store.views.selection import resolve_uid

    row_id = store.read(resolve_uid, alerts, alert_id, "alert")
    return store.read(get_alert_payloads, [row_id])[row_id]


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
    from monitor.store.schema.tables import alerts
    from monitor.store.views.alerts import get_delivery_ids
    from monitor.store.views.selection import resolve_uid

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        row_id = store.read(resolve_uid, alerts, alert_id, "alert")
        ids = store.read(get_delivery_ids, row_id, channel)
        if not ids:
            raise NotFound(
                f"alert {alert_id} has no delivery to repeat",
                hint="it may still wait: monitor alerts list --pending",
            )
        for delivery_id in ids:
            store.write(requeue_delivery, delivery_id, utc_now())
    talk(f"{len(ids)} deliveries are due again")
