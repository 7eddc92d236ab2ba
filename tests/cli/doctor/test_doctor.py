"""`doctor`: what is wrong is found, and it says what to do."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from monitor.cli.doctor import local
from monitor.cli.doctor.findings import Health, attempted, failed
from monitor.cli.doctor.local import examine
from monitor.cli.state import utc_now
from monitor.errors import StoreError
from monitor.settings import load_settings
from monitor.store.schema.migrate import HEAD
from tests.acceptance.config import run_command, write_config
from tests.cli.conftest import Read, publish_news
from tests.postgresql import Cluster
from tests.world import Hook, Mailbox, Outlet

RELEASED = Path(__file__).parents[2] / "store" / "schema" / "released"
Rows = dict[str, dict[str, str]]


def diagnose(config: Path, *options: str) -> tuple[int, Rows]:
    """The exit code, and the findings by what was checked."""
    done = run_command(config, "doctor", *options, "--format", "json", check=False)
    return done.returncode, {row["check"]: row for row in json.loads(done.stdout)}


def test_a_daemons_world_that_is_well_has_nothing_that_fails(read: Read) -> None:
    code, rows = diagnose(read.config, "--live")

    assert code == 0
    assert {name for name, row in rows.items() if row["health"] == "fails"} == set()
    for check in ("schema", "database", "owner", "clock", "disk", "worker", "names", "feeds"):
        assert rows[check]["health"] == "ok", rows[check]
    assert rows["channel desk"]["found"].endswith(" answers")
    assert rows["channel hook"]["health"] == "ok"


def test_it_sends_nothing(read: Read) -> None:
    before = (len(read.mailbox.messages), len(read.hook.events), len(read.outlet.requests))

    diagnose(read.config)

    after = (len(read.mailbox.messages), len(read.hook.events), len(read.outlet.requests))
    assert after == before


def test_a_database_with_an_older_schema_says_which_command_mends_it(config: Path) -> None:
    (config / "monitor.db").write_bytes(gzip.decompress((RELEASED / "0008.db.gz").read_bytes()))

    code, rows = diagnose(config, "--offline")

    assert code == 3
    assert rows["schema"]["found"] == f"0008, this program has {HEAD}"
    assert rows["schema"]["to_do"].startswith("monitor db upgrade")


def test_a_damaged_database_says_to_restore_it(config: Path) -> None:
    database = config / "monitor.db"
    database.write_bytes(database.read_bytes()[:8_192] + b"\xff" * 100_000)

    code, rows = diagnose(config, "--offline")

    assert (code, rows["database"]["health"]) == (3, "fails")
    assert "restore" in rows["database"]["to_do"]


def test_a_database_of_another_config_is_named(config: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    config.rename(other)

    code, rows = diagnose(other, "--offline")

    assert code == 3
    assert rows["owner"]["found"] == f"the database belongs to {config.resolve()}"
    assert "--adopt" in rows["owner"]["to_do"]


def test_a_channel_that_left_the_config_while_messages_wait_for_it_is_named(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    config = write_config(tmp_path / "config", [outlet], hook=hook)
    run_command(config, "poll")
    publish_news(outlet)
    hook.status = 503
    run_command(config, "poll")
    assert "channel hook" not in diagnose(config, "--offline")[1]
    for path in (config / "channels.toml", *(config / "cases").glob("*.toml")):
        renamed = path.read_text().replace("[hook]", "[desk]").replace('"hook"', '"desk"')
        path.write_text(renamed)

    _, rows = diagnose(config, "--offline")
    checked = run_command(config, "check")

    found = "1 message waits for it, and it is not in the config"
    assert (rows["channel hook"]["health"], rows["channel hook"]["found"]) == ("doubtful", found)
    assert "monitor alerts resend ID --channel NAME" in rows["channel hook"]["to_do"]
    assert f"channel hook: {found}; give it its name back" in checked.stderr


def test_no_database_yet_is_no_failure(tmp_path: Path, outlet: Outlet) -> None:
    folder = write_config(tmp_path / "fresh", [outlet], has_database=False)

    code, rows = diagnose(folder, "--offline")

    assert (code, rows["database"]["health"]) == (0, "doubtful")
    assert not (folder / "monitor.db").exists()


def test_a_clock_behind_what_is_stored_is_noticed(config: Path) -> None:
    settings = load_settings(config, {})
    yesterday = utc_now() - timedelta(days=1)

    findings = {one.check: one for one in examine(settings, yesterday)}
    long_ago = {one.check: one for one in examine(settings, yesterday.replace(year=1990))}

    assert findings["clock"].health is Health.FAILS
    assert "the last poll was at" in findings["clock"].found
    assert long_ago["clock"].health is Health.FAILS


def test_files_that_others_may_read_are_named(config: Path) -> None:
    (config / "channels.toml").chmod(0o644)

    rows = diagnose(config, "--offline")[1]

    assert rows["permissions"]["health"] == "doubtful"
    assert "channels.toml" in rows["permissions"]["found"]
    for path in [*config.glob("*.toml"), config / "monitor.db"]:
        path.chmod(0o600)
    assert diagnose(config, "--offline")[1]["permissions"]["health"] == "ok"


def test_receivers_that_are_not_there_fail_each_by_itself(
    tmp_path: Path, outlet: Outlet, hook: Hook, mailbox: Mailbox
) -> None:
    folder = write_config(tmp_path / "config", [outlet], hook=hook, mailbox=mailbox)
    assert diagnose(folder)[1]["channel hook"]["health"] == "ok"
    hook.close()

    nobody = folder / "monitor.toml"
    nobody.write_text(nobody.read_text().replace(f"port = {mailbox.port}", "port = 1"))
    code, rows = diagnose(folder)

    assert code == 3
    places = {"hook": hook.url.split("/")[2], "desk": "127.0.0.1:1"}
    for name, place in places.items():
        row = rows[f"channel {name}"]
        assert (row["health"], row["found"].startswith(f"{place}: ")) == ("fails", True), row


@pytest.mark.parametrize(
    ("sender", "is_doubtful"),
    [("monitor@localhost", True), ("desk@example.org", False)],
    ids=["of this machine alone", "the recipient's own"],
)
def test_a_sender_that_others_do_not_know_is_doubtful(
    tmp_path: Path, mailbox: Mailbox, sender: str, is_doubtful: bool
) -> None:
    folder = write_config(tmp_path / "config", [], mailbox=mailbox)
    settings = folder / "monitor.toml"
    settings.write_text(settings.read_text().replace("monitor@example.org", sender))

    code, rows = diagnose(folder)

    assert (code, "sender" in rows) == (0, is_doubtful)
    assert rows["channel desk"]["health"] == "ok"
    if is_doubtful:
        assert "[smtp]" in rows["sender"]["to_do"]


def test_a_private_receiver_is_refused_as_a_delivery_would_be(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    folder = write_config(tmp_path / "config", [outlet], hook=hook)
    settings = folder / "monitor.toml"
    settings.write_text(
        settings.read_text().replace("allow_private = true", "allow_private = false")
    )

    rows = diagnose(folder)[1]

    assert rows["channel hook"]["health"] == "fails"
    assert "no public address" in rows["channel hook"]["found"]
    assert "allow_private" in rows["channel hook"]["to_do"]


def test_chats_are_connected_to_and_told_when_nobody_is_there(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    folder = write_config(tmp_path / "config", [outlet])
    place = hook.url.removeprefix("http://")
    kinds = {"slack": "http", "teams": "http", "ntfy": "http", "apprise": "json"}
    (folder / "channels.toml").write_text(
        "\n".join(
            f'[{kind}]\ntype = "{kind}"\nurl = "{scheme}://{place}/s3cret"\n'
            for kind, scheme in kinds.items()
        )
    )

    there = diagnose(folder)[1]
    hook.close()
    code, gone = diagnose(folder)

    for kind in kinds:
        name = f"channel {kind}"
        assert (there[name]["health"], gone[name]["health"]) == ("ok", "fails"), kind
        assert there[name]["found"] == f"{place.split('/')[0]} answers"
    assert hook.events == []
    assert code == 3
    assert "s3cret" not in str(gone)


def test_a_private_service_of_apprise_is_refused_as_a_delivery_would_be(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    folder = write_config(tmp_path / "config", [outlet])
    url = hook.url.replace("http://", "json://")
    (folder / "channels.toml").write_text(f'[room]\ntype = "apprise"\nurl = "{url}"\n')
    settings = folder / "monitor.toml"
    settings.write_text(
        settings.read_text().replace("allow_private = true", "allow_private = false")
    )

    row = diagnose(folder)[1]["channel room"]

    assert (row["health"], row["found"]) == ("fails", "JSON: its address is not public")


def test_a_feed_that_failed_when_it_was_polled_is_told_without_being_asked(
    polled: Path, outlet: Outlet
) -> None:
    assert diagnose(polled, "--offline")[1]["feeds"]["found"] == (
        "1 feed of 1 answered when polled last"
    )
    outlet.answers["/feed.xml"] = lambda: (403, "text/plain", b"not for you")
    run_command(polled, "poll")
    asked = len(outlet.requests)

    code, rows = diagnose(polled, "--offline")

    assert (code, rows["feed Harbour Gazette"]["health"]) == (3, "fails")
    assert "403" in rows["feed Harbour Gazette"]["found"]
    assert "feeds show" in rows["feed Harbour Gazette"]["to_do"]
    assert len(outlet.requests) == asked
    run_command(polled, "feeds", "pause", "Harbour Gazette")
    assert "feed Harbour Gazette" not in diagnose(polled, "--offline")[1]


def test_a_feed_that_no_poll_will_ask_is_told(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "config", [])
    (folder / "monitor.toml").write_text('database_url = "sqlite:///monitor.db"\n')
    (folder / "feeds.toml").write_text('[[feed]]\nurl = "http://192.168.1.9/rss"\n')

    code, rows = diagnose(folder, "--offline")

    row = rows["feed http://192.168.1.9/rss"]
    assert (code, row["health"]) == (3, "fails")
    assert "no public address" in row["found"]
    assert "allow_private" in row["to_do"]


def test_a_name_that_does_not_exist_is_told(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "config", [])
    (folder / "feeds.toml").write_text('[[feed]]\nurl = "https://nowhere.invalid/rss"\n')

    code, rows = diagnose(folder)

    assert (code, rows["names"]["health"]) == (3, "fails")
    assert "nowhere.invalid" in rows["names"]["found"]


def test_a_feed_that_fails_is_told_when_feeds_are_asked(tmp_path: Path, outlet: Outlet) -> None:
    folder = write_config(tmp_path / "config", [outlet])
    outlet.answers["/feed.xml"] = lambda: (404, "text/plain", b"gone away")

    code, rows = diagnose(folder, "--live")

    assert code == 3
    assert rows["feed Harbour Gazette"]["found"].startswith("failed: ")
    assert rows["feeds"]["found"] == "0 feeds answer as they should"


def test_a_wrong_config_is_a_matter_of_usage(config: Path) -> None:
    (config / "feeds.toml").write_text("[[feed]]\nuri = 1\n")

    done = run_command(config, "doctor", check=False)

    assert done.returncode == 2
    assert "feeds.toml:2" in done.stderr


def test_a_person_sees_a_table_with_what_to_do(config: Path) -> None:
    with closing(sqlite3.connect(config / "monitor.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    done = run_command(config, "doctor", "--offline", "--format", "table", check=False)

    assert "install the newer version" in done.stdout
    assert "1 of 7 checks fail" in done.stderr


@pytest.mark.parametrize(
    ("error", "found", "to_do"),
    [
        (StoreError("it is full", hint="make room"), "it is full", "make room"),
        (StoreError("it is full"), "it is full", "look"),
        (OSError(13, "Permission denied"), "PermissionError: [Errno 13] Permission denied", "look"),
    ],
)
def test_an_error_says_by_itself_what_to_do_where_it_can(
    error: Exception, found: str, to_do: str
) -> None:
    finding = failed("disk", error, "look")

    assert (finding.found, finding.to_do) == (found, to_do)


def test_a_database_on_a_network_is_doubtful(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No network can be mounted here: what the machine would say stands in its place."""
    monkeypatch.setattr(local, "find_network_system", lambda path: f"nfs4 of {path.name}")

    found = {one.check: one for one in examine(load_settings(config, {}), utc_now())}

    assert found["file system"].health is Health.DOUBTFUL
    assert found["file system"].found == "the database is on a network: nfs4 of monitor.db"
    assert "PostgreSQL" in found["file system"].to_do


def test_keys_in_errors_are_not_shown() -> None:
    def examine_it() -> object:
        raise StoreError("https://a.example/?key=hunter2 does not answer")
        yield

    (finding,) = attempted("feed", examine_it, "look")  # type: ignore[arg-type]

    assert "hunter2" not in finding.found


@pytest.fixture
def read_only(cluster: Cluster, tmp_path: Path, outlet: Outlet) -> Iterator[Path]:
    """The config of somebody who may only read."""
    url = make_url(cluster.url())
    with cluster.connect(url.database or "") as connection:
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    address = url.set(username="reader").render_as_string()
    yield write_config(tmp_path / "config", [outlet], database_url=address)
    cluster.drop(url.render_as_string())
    with cluster.connect() as connection:
        connection.execute("DROP ROLE reader")


def test_rights_that_are_missing_are_named_with_what_to_do(read_only: Path) -> None:
    code, rows = diagnose(read_only, "--offline")

    assert (code, rows["database"]["health"]) == (3, "fails")
    assert "its role lacks DELETE on" in rows["database"]["found"]
    assert rows["database"]["to_do"].startswith("GRANT them")


def test_a_poll_without_rights_says_so_in_a_line(read_only: Path) -> None:
    done = run_command(read_only, "poll", check=False)

    assert done.returncode == 1
    assert "permission denied for table" in done.stderr
    assert "`monitor doctor` names the rights" in done.stderr
    assert "Traceback" not in done.stderr
