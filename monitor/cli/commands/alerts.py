"""`monitor alerts …`: the outbox.

Reads what the pipeline made; `resend` alone changes it, and leaves the sending to the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
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
    count_of,
    print_rows,
    print_views,
    talk,
    to_json,
)
from monitor.cli.state import (
    get_state,
    open_reader,
    parse_window,
    require_case,
    require_channels,
    utc_now,
)
from monitor.cli.targets import ID_HELP, find_alert
from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.alerts.payload import AlertPayload
    from monitor.settings import Settings
    from monitor.store import Store

app = typer.Typer(help="Alerts: the outbox.", no_args_is_help=True)

COLUMNS = ("id", "created_at", "channel", "state", "attempts", "case", "summary", "error")
DETAILS = ("summary", "error")
_WAITS = "it may still wait: monitor alerts list --pending"
# Its end does not bring back what it kept.
_KEPT = (
    "a silence keeps it in the timeline; `monitor silence list --all` shows which, and `monitor "
    "silence expire ID` ends it for what comes"
)

IdArgument = Annotated[str, typer.Argument(metavar="ID|URL", help=f"The alert's {ID_HELP}")]


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
    print_views(found, COLUMNS, form, details=DETAILS, zone=settings.timezone)


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
    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        payload = _read_payload(store, settings, alert_id)
    # One line of JSON on a terminal too: it is what a receiver has to understand.
    if form in (Format.JSONL, None):
        typer.echo(to_json(payload.to_json()))
        return
    # Its fields are objects, which no table can hold.
    form = Format.JSON if form is Format.TABLE else form
    print_rows([payload.to_json()], ("case", "development", "article"), form)


def _read_payload(store: Store, settings: Settings, alert_id: str) -> AlertPayload:
    """Returns what an alert says.

    Raises:
        NotFound: no alert has that id, or several begin with it.
    """
    from monitor.store.views.payloads import get_alert_payloads

    row_id = find_alert(store, alert_id)
    payload = store.read(get_alert_payloads, [row_id], utc_now())[row_id]
    # What is ahead is counted on the clock of its case.
    local = settings.local_time(payload.case.slug, utc_now())
    return store.read(get_alert_payloads, [row_id], local)[row_id]


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
    from monitor.alerts.rendering import render_alert
    from monitor.pipeline.sealing.links import links_of

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        payload = _read_payload(store, settings, alert_id)
    # Rendered anew: a sealed delivery keeps its bytes, which may be of an older version.
    message = render_alert(
        payload,
        id="preview",
        now=utc_now(),
        timezone=settings.zone_of(payload.case.slug),
        sender=settings.smtp.from_,
        links=links_of(settings),
    )
    if html:
        typer.echo(message.html)
        return
    typer.echo(f"Subject: {message.subject}\n\n{message.text}")


@app.command("resend")
def resend(
    ctx: typer.Context,
    alert_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID|URL]",
            help=f"The alert's {ID_HELP} Without one: all that --channel refused for good.",
        ),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option("--channel", help="Only this channel, which may be one that never had it."),
    ] = None,
) -> None:
    """Sends an alert again, under its old id; the daemon or the next `poll` does it.

    Example: monitor alerts resend 3f9c --channel desk
    """
    settings = get_state(ctx).load()
    if alert_id is None and channel is None:
        raise typer.BadParameter("give an alert or --channel", param_hint="alerts resend")
    with open_reader(settings) as store:
        if alert_id is not None:
            count = _send_again(settings, store, alert_id, channel)
        else:
            count = _wake(store, _find_refused(settings, store, channel))
    talk("1 delivery is due again" if count == 1 else f"{count} deliveries are due again")


def _find_refused(settings: Settings, store: Store, channel: str | None) -> list[int]:
    """Returns what a channel refused for good.

    Raises:
        NotFound: it refused nothing, and is none.
    """
    from monitor.store.views.alerts import get_dead_deliveries

    ids = store.read(get_dead_deliveries, channel)
    # One that left the config may have refused something.
    if channel is not None and not ids:
        require_channels(settings, [channel])
    return ids


def _send_again(settings: Settings, store: Store, alert_id: str, channel: str | None) -> int:
    """Has the deliveries of an alert sent again, and has it made ready for a channel that never
    had it; returns how many deliveries that is.

    Raises:
        NotFound: there is no such alert, or nothing of it can be sent.
    """
    from monitor.store.outbox import add_channel
    from monitor.store.views.alerts import get_delivery_ids, is_silenced

    row_id = find_alert(store, alert_id)
    ids = store.read(get_delivery_ids, row_id, channel)
    if ids:
        return _wake(store, ids)
    if channel is not None:
        require_channels(settings, [channel])
        if store.write(add_channel, row_id, channel, utc_now()):
            return 1
    kept = store.read(is_silenced, row_id, channel)
    raise NotFound(f"alert {alert_id} has no delivery to repeat", hint=_KEPT if kept else _WAITS)


def _wake(store: Store, delivery_ids: Sequence[int]) -> int:
    """Has deliveries sent again; returns how many."""
    from monitor.store.outbox import requeue_delivery

    # Sent by whoever delivers, not here: two senders would not know of each other's limits.
    for delivery_id in delivery_ids:
        store.write(requeue_delivery, delivery_id, utc_now())
    return len(delivery_ids)


@app.command("release")
def release(
    ctx: typer.Context,
    drop: Annotated[bool, typer.Option("--drop", help="Give them up instead.")] = False,
) -> None:
    """Sends what a restored database holds; the daemon or the next `poll` does it.

    Example: monitor alerts release --drop
    """
    from monitor.store.upkeep.parked import drop_parked, release_parked

    with open_reader(get_state(ctx).load()) as store:
        count = store.write(drop_parked, utc_now()) if drop else store.write(release_parked)
    verb = "is" if count == 1 else "are"
    talk(f"{count_of(count, 'message')} {verb} {'dropped' if drop else 'due'}")
