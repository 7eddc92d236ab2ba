"""Planning the outbox: one by one up to the cap, the rest in one roll-up, digests by case; nothing
dropped, nothing twice.
"""

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.plan import Sent, Waiting, plan_deliveries

ALERTS = st.lists(
    st.builds(
        Waiting,
        alert_id=st.integers(1, 40),
        case_id=st.integers(1, 3),
        channel=st.sampled_from(["desk", "hook"]),
        cadence=st.sampled_from(["now", "daily 08:00"]),
    ),
    unique_by=lambda alert: (alert.alert_id, alert.channel),
)


def now(alert_id: int, case_id: int = 1, channel: str = "desk") -> Waiting:
    return Waiting(alert_id, case_id, channel, "now")


def test_immediate_alerts_go_out_one_by_one_in_order() -> None:
    planned = plan_deliveries([now(1), now(2)], {}, max_per_hour=10)

    assert [(plan.kind, plan.alert_ids) for plan in planned] == [("alert", (1,)), ("alert", (2,))]


def test_what_is_over_the_cap_goes_into_one_roll_up() -> None:
    planned = plan_deliveries(
        [now(number) for number in range(1, 6)], {"desk": Sent(alerts=8)}, max_per_hour=10
    )

    assert [(plan.kind, plan.alert_ids) for plan in planned] == [
        ("alert", (1,)),
        ("alert", (2,)),
        ("roll-up", (3, 4, 5)),
    ]


def test_a_second_roll_up_waits_for_the_next_hour() -> None:
    assert plan_deliveries([now(1)], {"desk": Sent(alerts=10, roll_ups=1)}, max_per_hour=10) == []


def test_one_channels_cap_is_not_anothers() -> None:
    planned = plan_deliveries(
        [now(1), now(1, channel="hook")], {"desk": Sent(alerts=10, roll_ups=1)}, max_per_hour=10
    )

    assert [plan.channel for plan in planned] == ["hook"]


def test_daily_alerts_make_one_digest_a_case() -> None:
    waiting = [
        Waiting(1, 1, "desk", "daily 08:00"),
        Waiting(2, 2, "desk", "daily 08:00"),
        Waiting(3, 1, "desk", "daily 08:00"),
    ]

    planned = plan_deliveries(waiting, {}, max_per_hour=1)

    assert [(plan.kind, plan.case_id, plan.alert_ids) for plan in planned] == [
        ("digest", 1, (1, 3)),
        ("digest", 2, (2,)),
    ]


@given(ALERTS, st.integers(1, 5))
def test_nothing_is_dropped_and_nothing_doubled(waiting: list[Waiting], cap: int) -> None:
    planned = plan_deliveries(waiting, {}, max_per_hour=cap)

    told = sorted((plan.channel, alert_id) for plan in planned for alert_id in plan.alert_ids)
    assert told == sorted((alert.channel, alert.alert_id) for alert in waiting)
