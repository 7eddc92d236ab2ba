"""What a right config folder becomes."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import ConfigErrors
from monitor.matching import Folded
from monitor.model import Fields
from monitor.settings import (
    MAX_SEED_BYTES,
    EmailSettings,
    FeedSettings,
    WebhookSettings,
    describe,
    load_settings,
    reference_markdown,
)
from tests.settings.folders import ENVIRON, RIGHT, SECRET, load, write

NOW = datetime(2025, 6, 6, tzinfo=UTC)


def test_values_stand_as_written_and_the_rest_at_its_default(tmp_path):
    settings = load(tmp_path)

    assert settings.timezone.key == "Europe/Berlin"
    assert settings.fetch.contact == "mailto:desk@example.org"
    assert settings.fetch.concurrency == 8
    assert settings.fetch.max_bytes == 10_000_000
    assert settings.schedule.min_interval == timedelta(minutes=15)
    assert settings.smtp.from_ == "monitor@example.org"
    assert settings.alerts.group_wait == timedelta(minutes=5)
    assert settings.feeds[0] == FeedSettings(
        url="https://gazette.example/rss",
        title="Gazette",
        tags=("harbour",),
        every=timedelta(minutes=15),
    )
    assert isinstance(settings.channels["desk"], EmailSettings)
    assert isinstance(settings.channels["hook"], WebhookSettings)
    assert settings.channels["hook"].secret.get_secret_value() == SECRET


def test_settings_cannot_be_changed(tmp_path):
    settings = load(tmp_path)

    with pytest.raises((AttributeError, ValueError), match=r"."):
        settings.fetch.concurrency = 1
    with pytest.raises(AttributeError):
        settings.feeds = ()


def test_only_feeds_are_needed_to_run(tmp_path):
    write(tmp_path, {"feeds.toml": RIGHT["feeds.toml"]})

    settings = load_settings(tmp_path, {})

    assert settings.cases == ()
    assert settings.channels == {}
    assert settings.timezone.key == "UTC"


def test_feeds_may_be_added_to_an_empty_file_later(tmp_path):
    files = {
        "feeds.toml": "# none yet\n",
        "cases/night-ferry.toml": 'title = "Night ferry"\nquery = "ferry"\n',
    }

    assert load(tmp_path, files).feeds == ()


def test_a_case_is_compiled_and_knows_its_feeds(tmp_path):
    (case,) = load(tmp_path).cases

    assert case.slug == "night-ferry"
    assert case.compiled.match(Fields(text="The ferry left the harbour."), now=NOW)
    assert case.compiled_candidates is case.compiled
    assert case.selects("https://gazette.example/rss", "Gazette", ())
    assert case.selects("https://other.example/rss", "", ("harbour",))
    assert not case.selects("https://tribune.example/atom", "", ())
    assert [(rule.channel, str(rule.when)) for rule in case.alerts] == [("desk", "daily 08:00")]


def test_a_case_may_move_classes_of_the_program_and_its_own_to_another_tier(tmp_path):
    text = (
        'title = "Night ferry"\nquery = "ferry"\n[events]\nSANCTION = ["sanction*"]\n'
        "[tiers]\nDETAIN = 1\nSANCTION = 3\n"
    )

    settings = load(tmp_path, {"cases/night-ferry.toml": text})

    assert settings.cases[0].tiers == {"DETAIN": 1, "SANCTION": 3}
    shown = {row.key: row.value for row in describe(settings)}
    assert shown["cases.night-ferry.tiers"] == "DETAIN = 1, SANCTION = 3"


@pytest.mark.parametrize(("line", "expected"), [("alerts_per_week = 3\n", 3.0), ("", None)])
def test_a_case_may_ask_for_so_many_alerts_a_week(tmp_path, line, expected):
    text = f'title = "Night ferry"\nquery = "ferry"\n{line}'

    settings = load(tmp_path, {"cases/night-ferry.toml": text})

    assert settings.cases[0].alerts_per_week == expected
    shown = {row.key: row.value for row in describe(settings)}
    assert ("cases.night-ferry.alerts_per_week" in shown) is (expected is not None)


def test_a_case_moves_no_class_by_default(tmp_path):
    assert load(tmp_path).cases[0].tiers == {}


def test_publishers_of_the_config_stand_beside_those_of_the_program(tmp_path):
    text = RIGHT["monitor.toml"] + '[publishers]\n"Harbour group" = ["www.Gazette.example"]\n'

    settings = load(tmp_path, {"monitor.toml": text})

    assert settings.families.by_site["gazette.example"] == "Harbour group"
    assert settings.families.by_site["bbc.com"] == "BBC"
    shown = {row.key: row.value for row in describe(settings)}
    assert shown["publishers"] == "Harbour group = gazette.example"


def test_a_case_that_takes_all_feeds_names_none_of_them(tmp_path):
    (case,) = load(
        tmp_path, {"cases/night-ferry.toml": 'title = "Night ferry"\nquery = "ferry"\n'}
    ).cases

    assert case.selects("https://tribune.example/atom", "", ())
    assert not case.names("https://tribune.example/atom", "", ())


def test_a_wider_query_for_candidates_is_taken_exactly(tmp_path):
    text = (
        'title = "Night ferry"\nquery = "ferry"\ncandidates = \'\'\'boat AND (sank OR '
        "\"went down\")'''\n"
    )
    (case,) = load(tmp_path, {"cases/night-ferry.toml": text}).cases

    def finds(title):
        return bool(case.find_candidate(Folded.of(Fields(title=title)), now=NOW))

    assert finds("A boat went down")
    assert finds("Ferry late")
    assert not finds("A boat was sold")


def test_relative_paths_are_relative_to_their_file(tmp_path):
    settings = load(
        tmp_path,
        {
            "monitor.toml": 'database_url = "sqlite:///../var/monitor.db"\n[smtp]\npassword_file = '
            '"secrets/smtp"\n',
            "secrets/smtp": "geheim\n",
            "seeds/one.txt": "The ferry left.",
            "cases/night-ferry.toml": 'title = "Night ferry"\nquery = "ferry"\n'
            'seeds = ["../seeds/one.txt"]\n',
        },
    )

    assert settings.database_url == f"sqlite:///{tmp_path.parent / 'var' / 'monitor.db'}"
    assert settings.smtp.password.get_secret_value() == "geheim"
    assert settings.cases[0].seeds[0].path == tmp_path / "seeds" / "one.txt"


def test_a_seed_has_the_metadata_of_the_file_beside_it(tmp_path):
    settings = load(
        tmp_path,
        {
            "seeds/one.txt": "The ferry left.",
            "seeds/two.txt": "It came back.",
            "seeds/seeds.toml": (
                '[[seed]]\nfile = "one.txt"\ntitle = "Ferry leaves"\noutlet = '
                '"Gazette"\nlang = "en"\n'
                'url = "https://gazette.example/1"\npublished_at = 2025-04-14T20:00:00+02:00\n'
            ),
            "cases/night-ferry.toml": 'title = "N"\nquery = "ferry"\nseeds = ["../seeds/one.txt", '
            '"../seeds/two.txt"]\n',
        },
    )

    one, two = settings.cases[0].seeds
    assert (one.title, one.outlet, one.lang, one.url) == (
        "Ferry leaves",
        "Gazette",
        "en",
        "https://gazette.example/1",
    )
    assert one.published_at == datetime(2025, 4, 14, 18, tzinfo=UTC)
    assert (two.title, two.lang, two.published_at) == ("", None, None)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_a_server_is_named_as_its_tools_name_it(tmp_path: Path, scheme: str) -> None:
    url = f"{scheme}://me@db.example/monitor"

    assert load(tmp_path, {}, {**ENVIRON, "MONITOR_DATABASE_URL": url}).database_url == url


def test_the_environment_overrides_every_value_of_the_service(tmp_path):
    environ = {
        **ENVIRON,
        "MONITOR_DATABASE_URL": "postgresql+psycopg://me:geheim@db/monitor",
        "MONITOR_FETCH__CONCURRENCY": "8",
        "MONITOR_FETCH__ALLOW_PRIVATE": "true",
        "MONITOR_FETCH__MAX_BYTES": "5MB",
        "MONITOR_SCHEDULE__MAX_INTERVAL": "1h",
        "MONITOR_SMTP__USERNAME": "12345",
        "MONITOR_SMTP__TLS": "starttls",
        "MONITOR_SMTP__PASSWORD": "geheim",
        "MONITOR_SMTP__FROM": "x@example.org",
        "MONITOR_HTTP__LISTEN": "127.0.0.1:9310",
        "MONITOR_CONFIG": "elsewhere",
        "MONITOR_HOOK_SECRET": "not ours to read",
    }
    settings = load(tmp_path, {"monitor.toml": '[smtp]\npassword_env = "OTHER"\n'}, environ)

    assert settings.database_url == "postgresql+psycopg://me:geheim@db/monitor"
    assert (settings.fetch.concurrency, settings.fetch.allow_private, settings.fetch.max_bytes) == (
        8,
        True,
        5_000_000,
    )
    assert settings.schedule.max_interval == timedelta(hours=1)
    assert (settings.smtp.username, settings.smtp.password.get_secret_value()) == (
        "12345",
        "geheim",
    )
    assert settings.smtp.from_ == "x@example.org"
    assert settings.http.listen == "127.0.0.1:9310"


def test_a_password_variable_that_is_not_set_is_empty_where_no_login_is_asked_for(tmp_path):
    settings = load(tmp_path, {"monitor.toml": '[smtp]\nusername = ""\npassword_env = "NOT_SET"\n'})

    assert settings.smtp.password.get_secret_value() == ""


def test_two_secrets_serve_while_one_is_rotated(tmp_path):
    settings = load(
        tmp_path, environ={"HOOK_SECRET": f"{SECRET} whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
    )

    assert settings.channels["hook"].secret.get_secret_value().startswith(SECRET)


def test_what_is_shown_says_where_it_comes_from_and_hides_secrets(tmp_path):
    environ = {
        **ENVIRON,
        "MONITOR_DATABASE_URL": "postgresql+psycopg://me:geheim@db/monitor",
        "MONITOR_FETCH__PER_HOST": "3",
    }
    rows = {row.key: row for row in describe(load(tmp_path, environ=environ))}

    assert (rows["timezone"].value, rows["timezone"].origin) == (
        "Europe/Berlin",
        f"{tmp_path}/monitor.toml:1",
    )
    assert (rows["fetch.per_host"].value, rows["fetch.per_host"].origin) == (
        "3",
        "MONITOR_FETCH__PER_HOST",
    )
    assert (rows["fetch.deadline"].value, rows["fetch.deadline"].origin) == ("30s", "default")
    assert rows["database_url"].value == "postgresql+psycopg://me:********@db/monitor"
    assert rows["channels.hook.secret"].value == "********"
    assert rows["channels.hook.secret"].origin == f"{tmp_path}/channels.toml:8"
    assert rows["channels.hook.url"].value == "https://hooks.example.org/…"
    assert rows["cases.night-ferry.query"].value == "ferry NEAR/5 harbour"
    assert rows["cases.night-ferry.alert[1].when"].value == "daily 08:00"
    assert rows["feed[1].every"].value == "15m"


def test_no_secret_shows_in_the_settings_themselves(tmp_path):
    settings = load(
        tmp_path,
        {"monitor.toml": '[smtp]\ntls = "starttls"\nusername = "me"\npassword = "geheim"\n'},
    )

    assert "geheim" not in repr(settings)
    assert SECRET not in repr(settings)


def test_the_reference_names_every_key_with_its_meaning():
    text = reference_markdown()

    for key in (
        "database_url",
        "per_host_delay",
        "password_file",
        "every",
        "secret_env",
        "candidates",
        "when",
        "published_at",
    ):
        row = next(line for line in text.splitlines() if line.startswith(f"| `{key}`"))
        assert len(row.split("|")[4].strip()) > 10
    assert "`MONITOR_FETCH__CONCURRENCY`" in text
    assert '`"10MB"`' in text


def test_settings_load_without_the_network_or_the_database():
    heavy = {"httpx", "sqlmodel", "sqlalchemy", "asyncio", "jinja2"}
    code = f"import sys, monitor.settings; print(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert done.stdout.strip() == "[]"


def test_seeds_may_lie_among_the_cases_with_what_is_known_about_them(tmp_path):
    case = RIGHT["cases/night-ferry.toml"].replace(
        "\n\n[[alert]]", '\nseeds = ["first.txt"]\n\n[[alert]]'
    )
    files = {
        "cases/night-ferry.toml": case,
        "cases/first.txt": "The ferry left the harbour.",
        "cases/seeds.toml": '[[seed]]\nfile = "first.txt"\noutlet = "Gazette"\n',
    }

    settings = load(tmp_path, files)

    assert [case.slug for case in settings.cases] == ["night-ferry"]
    assert settings.cases[0].seeds[0].outlet == "Gazette"


def _with_seeds(tmp_path, *names, **contents):
    """Loads a case with seeds of these names; the files hold what is given, or a text."""
    case = RIGHT["cases/night-ferry.toml"].replace(
        "\n\n[[alert]]", f"\nseeds = {json.dumps(names)}\n\n[[alert]]"
    )
    for name in names:
        path = tmp_path / "cases" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents.get(path.stem, b"The ferry left."))
    return load(tmp_path, {"cases/night-ferry.toml": case})


@pytest.mark.parametrize(
    ("raw", "message"),
    [(b"\xff\xfe\x00", "cannot be read"), (b"x" * (MAX_SEED_BYTES + 1), "is over 1 MB")],
    ids=["not UTF-8", "too large"],
)
def test_a_seed_that_cannot_be_read_is_reported_with_its_line(tmp_path, raw, message):
    with pytest.raises(ConfigErrors) as refused:
        _with_seeds(tmp_path, "first.txt", first=raw)

    assert message in str(refused.value)
    assert "night-ferry.toml:" in str(refused.value)


def test_seeds_of_one_name_are_refused_since_they_would_be_one_article(tmp_path):
    with pytest.raises(ConfigErrors, match="named as another seed"):
        _with_seeds(tmp_path, "a/first.txt", "b/first.txt")

    assert len(_with_seeds(tmp_path, "a/first.txt", "a/first.txt").cases[0].seeds) == 2
