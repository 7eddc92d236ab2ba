"""What the image is built from and how it is run: locked, shut in, and looked up."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text()
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) \\$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
LOCKED = {canonicalize_name(name): version for name, version in _PINNED.findall(LOCK)}


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if "==" in line)
    return {canonicalize_name(name): version for name, version in pairs}


def wanted(names: list[str]) -> set[str]:
    """The packages that some requirements need on Linux, with all that those need."""
    found: set[str] = set()
    todo = list(map(Requirement, names))
    while todo:
        one = todo.pop()
        extras = one.extras or {""}
        found.add(canonicalize_name(one.name))
        for text in requires(one.name) or ():
            further = Requirement(text)
            marker = further.marker
            is_meant = marker is None or any(
                marker.evaluate({"extra": extra, "python_version": "3.13"}) for extra in extras
            )
            if is_meant and canonicalize_name(further.name) not in found:
                todo.append(further)
    return found


def test_every_locked_package_has_a_version_and_hashes() -> None:
    blocks = [block for block in re.split(r"\n(?=\S)", LOCK.strip()) if block]

    assert len(blocks) == len(LOCKED) > 40
    for block in blocks:
        assert _HASH.search(block), block.splitlines()[0]


def test_the_lock_has_all_that_the_program_needs_and_how_it_is_built() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = [*project["project"]["dependencies"], "psycopg[binary]"]

    assert wanted(names) - set(LOCKED) == set()
    assert "hatchling" in LOCKED


def test_the_lock_has_the_versions_that_are_tested() -> None:
    tested = constraints()

    assert {name: version for name, version in LOCKED.items() if name in tested} == {
        name: tested[name] for name in LOCKED if name in tested
    }


@pytest.mark.parametrize("file", ["requirements.lock", "constraints.txt", "Dockerfile", "Makefile"])
def test_no_package_index_is_named(file: str) -> None:
    text = (ROOT / file).read_text()

    assert not re.search(
        r"https?://(?!127\.)|file://|index-url [^ ]*[a-z]+\.|trusted-host [a-z]", text
    )


def test_the_image_installs_nothing_without_its_hash() -> None:
    text = (ROOT / "Dockerfile").read_text()
    installs = re.findall(r"pip install[^&\n]*", text)

    assert len(installs) == 2
    assert "--require-hashes --requirement requirements.lock" in installs[0]
    assert "--no-index --no-deps" in installs[1]
    assert re.search(r"^USER 10001$", text, re.MULTILINE)


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, object]]:
    compose = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
    return dict(compose["services"])


@pytest.mark.parametrize("name", ["monitor", "worker", "database"])
def test_every_service_is_shut_in(services: dict[str, dict[str, object]], name: str) -> None:
    service = services[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"]
    assert service["mem_limit"]


@pytest.mark.parametrize("name", ["monitor", "worker"])
def test_the_daemon_is_nobody_and_writes_nowhere_else(
    services: dict[str, dict[str, object]], name: str
) -> None:
    service = services[name]

    assert (service["user"], service["read_only"]) == ("10001", True)
    assert all(
        volume.endswith(":ro") or volume == "data:/app/var"
        for volume in service["volumes"]  # type: ignore[attr-defined]
    )


def test_every_way_to_build_the_image_takes_its_base_by_digest(
    services: dict[str, dict[str, object]],
) -> None:
    (tag,) = re.findall(r"^ARG BASE=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    build = {"context": ".", "args": {"BASE": f"${{MONITOR_BASE:-{tag}}}"}}

    assert services["monitor"]["build"] == services["worker"]["build"] == build
    assert f"\nMONITOR_BASE ?= {tag}\n" in (ROOT / "Makefile").read_text()


DOCKER = """#!/bin/sh
[ "$1" = build ] && echo "$@" || echo sha256:feed
"""


@pytest.mark.parametrize(
    ("given", "base"),
    [("python:3.13-slim", "python@sha256:feed"), ("python@sha256:cafe", "python@sha256:cafe")],
    ids=["a tag", "a digest"],
)
def test_make_image_builds_by_digest(tmp_path: Path, given: str, base: str) -> None:
    stand_in = tmp_path / "docker"
    stand_in.write_text(DOCKER)
    stand_in.chmod(0o755)
    command = ["make", "--silent", "-C", str(ROOT), "image", f"MONITOR_BASE={given}"]
    found = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, text=True, env=found, check=True)

    assert done.stdout.splitlines()[0] == f"MONITOR_BASE={base}"
    assert f"build --build-arg BASE={base} " in done.stdout


def audit(tmp_path: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Runs the audit with a program in the place of what asks the internet."""
    stand_in = tmp_path / "pip-audit"
    stand_in.write_text(f"#!/bin/sh\n{program}\n")
    stand_in.chmod(0o755)
    command = [str(ROOT / ".ci" / "audit"), str(stand_in), str(ROOT / "requirements.lock")]
    return subprocess.run(command, capture_output=True, text=True)


# It is called with --output FILE among its arguments.
WRITES = 'while [ "$1" != --output ]; do shift; done; echo "[]" > "$2"'


@pytest.mark.parametrize(
    ("program", "code", "said"),
    [
        (f"{WRITES}; echo clean; exit 0", 0, "clean"),
        (f"{WRITES}; echo found one; exit 1", 1, "found one"),
        ("echo no route to host >&2; exit 1", 0, "nobody could be asked"),
        ("exit 1", 0, "nobody could be asked"),
    ],
    ids=["nothing known", "a vulnerability", "no internet", "silent"],
)
def test_an_audit_fails_for_what_it_finds_and_not_for_what_it_cannot_ask(
    tmp_path: Path, program: str, code: int, said: str
) -> None:
    done = audit(tmp_path, program)

    assert (done.returncode, said in done.stdout + done.stderr) == (code, True)


def test_the_security_policy_names_tests_that_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    named = re.findall(r"`(tests/[\w/.]+)`", text)

    assert len(named) >= 8
    assert [path for path in named if not (ROOT / path).exists()] == []
