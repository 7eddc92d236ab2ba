"""The systemd unit that is shipped fits the program."""

from __future__ import annotations

import configparser
import shlex
from pathlib import Path

import pytest

from monitor.daemon.pulse import STUCK_AFTER_S
from monitor.daemon.service import DRAIN_S

UNIT = Path(__file__).parents[2] / "docs" / "operations" / "monitor.service"
# systemd-analyze security counts each of them.
HARDENED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallFilter": "@system-service",
}


@pytest.fixture(scope="module")
def service() -> configparser.SectionProxy:
    unit = configparser.RawConfigParser(strict=False)
    # Names are case-sensitive to systemd.
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(UNIT.read_text())
    return unit["Service"]


def test_it_waits_to_be_told_and_rings_no_later_than_health_says_stuck(
    service: configparser.SectionProxy,
) -> None:
    assert service["Type"] == "notify"
    assert float(service["WatchdogSec"]) <= STUCK_AFTER_S
    assert float(service["TimeoutStopSec"]) > 2 * DRAIN_S


def test_it_starts_the_daemon_and_a_wrong_config_is_not_started_again(
    service: configparser.SectionProxy,
) -> None:
    program, command = shlex.split(service["ExecStart"])

    assert (Path(program).name, command) == ("monitor", "run")
    assert service["ExecReload"].endswith("-HUP $MAINPID")
    assert service["RestartPreventExitStatus"] == "2"


@pytest.mark.parametrize(("name", "value"), HARDENED.items())
def test_it_is_shut_in(service: configparser.SectionProxy, name: str, value: str) -> None:
    assert service[name] == value


def test_it_may_open_the_sockets_that_the_daemon_needs(
    service: configparser.SectionProxy,
) -> None:
    assert set(service["RestrictAddressFamilies"].split()) == {"AF_INET", "AF_INET6", "AF_UNIX"}
