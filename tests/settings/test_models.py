"""What each kind of key takes and refuses, with the words of the refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigErrors
from monitor.settings import Settings
from tests.settings.folders import RIGHT, SECRET, load

FEED = "[[feed]]\n"
CASE = RIGHT["cases/night-ferry.toml"]


def refusal(folder: Path, name: str, text: str) -> str:
    """Returns what is said of a file that replaces one of the right folder."""
    with pytest.raises(ConfigErrors) as refused:
        load(folder, {name: text})
    return str(refused.value).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('url = "gazette.example/rss"', "'gazette.example/rss' is no web address"),
        ('url = "ftp://gazette.example/rss"', "'ftp://gazette.example/rss' is no web address"),
        ('url = "https://me:pw@gazette.example"', "a URL may not hold a user name or password"),
        ('url = "https://[::1/rss"', "'https://[::1/rss' is no web address"),
        ("url = 3", 'must be text, in "quotes"'),
        ("", "is missing; add url = …"),
        ('url = "https://a.example"\nevery = "soon"', "'soon' is no duration"),
        ('url = "https://a.example"\nevery = "1s"', "feed[1].every"),
        ('url = "https://a.example"\nmatch = "some"', "is none of the words allowed"),
        ('url = "https://a.example"\ntags = "us"', "must be a list, in [brackets]"),
        ('url = "https://a.example"\ntag = ["us"]', 'unknown key; did you mean "tags"?'),
    ],
)
def test_a_wrong_feed_is_refused_with_what_to_write(
    tmp_path: Path, line: str, expected: str
) -> None:
    said = refusal(tmp_path, "feeds.toml", f"{FEED}{line}\n")

    assert expected in said
    assert said.startswith("feeds.toml:")
    assert "pw@" not in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('timezone = "Mars/Olympus"', "'Mars/Olympus' is no time zone"),
        ('timezone = "America"', "'America' is no time zone"),
        ('timezone = "../etc/passwd"', "is no time zone"),
        ('database_url = "mysql://x"', "this is no database URL"),
        ('database_url = "sqlite:///:memory:"', "this is no database URL"),
        ('database_url = "sqlite:///"', "this is no database URL"),
        ('[fetch]\ncontact = "desk"', "'desk' is no contact"),
        ("[fetch]\nconcurrency = 0", "must be 1 or more"),
        ("[fetch]\nconcurrency = 999", "must be 256 or less"),
        ("[fetch]\nconcurrency = true", "must be a whole number, without quotes"),
        ('[fetch]\nrobots = "no"', "must be true or false, without quotes"),
        ('[fetch]\ndeadline = "11m"', "11m is out of range"),
        ('[fetch]\ndeadline = "0s"', "0s is out of range"),
        ('[fetch]\nmax_bytes = "lots"', "'lots' is no size"),
        ("[fetch]\nmax_bytes = true", "True is no size"),
        ('[schedule]\nmin_interval = "2h"\nmax_interval = "1h"', "schedule"),
        ('[http]\nlisten = "localhost"', "'localhost' is no address to listen on"),
        ('[http]\nlisten = "127.0.0.1:99999"', "is no address to listen on"),
        ('[smtp]\nfrom = "desk"', "'desk' is no mail address"),
        ("fetch = 3", "fetch: must be a table"),
    ],
)
def test_a_wrong_value_of_the_service_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in refusal(tmp_path, "monitor.toml", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("desk = 3", 'must be a table; write [desk] and below it type = "email"'),
        ("[desk]", 'the type is missing; add type = "email" or "webhook"'),
        ('[desk]\ntype = "emial"', "there is no type 'emial'; did you mean \"email\"?"),
        ('[desk]\ntype = "email"', "desk.to: is missing"),
        ('[desk]\ntype = "email"\nto = []', "is empty; write at least one"),
        ('[desk]\ntype = "email"\nto = ["a b@c.example"]', "is no mail address"),
        ('[desk]\ntype = "webhook"\nurl = "https://h.example"', "desk.secret: is missing"),
        (
            '[desk]\ntype = "webhook"\nurl = "https://h.example"\nsecret = "hunter2"',
            "the secret is no Standard Webhooks secret",
        ),
        (
            f'[desk]\ntype = "webhook"\nurl = "https://h.example"\nsecret = "{SECRET} hunter2"',
            "the secret is no Standard Webhooks secret",
        ),
    ],
)
def test_a_wrong_channel_is_refused_and_no_case_is_blamed(
    tmp_path: Path, text: str, expected: str
) -> None:
    said = refusal(tmp_path, "channels.toml", text)

    assert expected in said
    assert "hunter2" not in said
    assert "there is no channel 'desk'" not in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ferry NEAR/5 harbour", "ferry AND (", "query"),
        ('["Gazette", "tag:harbour"]', '["Gazete"]', 'selects no feed; did you mean "Gazette"?'),
        ('["Gazette", "tag:harbour"]', '["https://me:pw@x.example"]', "this selects no feed"),
        ('channel = "desk"', 'channel = "dsek"', 'did you mean "desk"?'),
        ('when = "daily 08:00"', 'when = "daily 25:00"', "25:00 is no time of day"),
        ('when = "daily 08:00"', 'when = "weekly xyz 08:00"', "'xyz' is no weekday"),
        ('when = "daily 08:00"', 'held = "now"', "is not told at once"),
        (
            'when = "daily 08:00"',
            'when = "daily 08:00"\nheld = "daily 09:00"',
            "a digest tells what was held back anyway",
        ),
        ('title = "Night ferry"', 'title = ""', "is empty; write at least one"),
        ('title = "Night ferry"', 'title = "x"\nlanguages = ["en-GB"]', "is no language code"),
        ('title = "Night ferry"', 'title = "x"\nseeds = ["no.txt"]', "'no.txt' does not exist"),
    ],
)
def test_a_wrong_case_is_refused_with_the_line_of_its_key(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = CASE.replace(old, new)
    said = refusal(tmp_path, "cases/night-ferry.toml", text)

    place = said.split(":")
    assert expected in said
    assert place[0] == "cases/night-ferry.toml"
    key = new.splitlines()[-1].partition(" ")[0]
    if key in ("channel", "when", "title", "languages", "seeds"):
        assert text.splitlines()[int(place[1]) - 1].startswith(key)


@pytest.mark.parametrize("name", ["Night.toml", "night_ferry.toml", "-night.toml", "ä.toml"])
def test_a_file_name_that_is_no_slug_is_refused(tmp_path: Path, name: str) -> None:
    assert "is no slug; name the file with small letters" in refusal(
        tmp_path, f"cases/{name}", CASE
    )


def test_a_query_of_several_lines_is_wrong_where_it_is_wrong(tmp_path: Path) -> None:
    text = CASE.replace('"ferry NEAR/5 harbour"', "'''\nferry\nAND ) harbour\nOR gull\n'''")

    said = refusal(tmp_path, "cases/night-ferry.toml", text)

    line = int(said.split(":")[1])
    assert text.splitlines()[line - 1] == "AND ) harbour"


@pytest.mark.parametrize("key", ["url", "title"])
def test_two_feeds_with_one_name_are_refused_at_the_second(tmp_path: Path, key: str) -> None:
    feeds = (
        '[[feed]]\nurl = "https://gazette.example/rss"\ntitle = "Gazette"\ntags = ["harbour"]\n\n'
        '[[feed]]\nurl = "https://tribune.example/rss"\ntitle = "Tribune"\n'
    )
    second = {"url": "https://tribune.example/rss", "title": "Tribune"}
    first = {"url": "https://gazette.example/rss", "title": "Gazette"}

    said = refusal(tmp_path, "feeds.toml", feeds.replace(second[key], first[key]))

    line = 2 if key == "url" else 3
    assert f"feed[2].{key}: the same stands in line {line}" in said


def settings_of(folder: Path, name: str, text: str) -> Settings:
    return load(folder, {name: text})


@pytest.mark.parametrize(
    "contact", ["", "mailto:desk@example.org", "https://example.org/about?x=1"]
)
def test_a_contact_is_a_mail_or_a_web_address_or_none(tmp_path: Path, contact: str) -> None:
    settings = settings_of(tmp_path, "monitor.toml", f'[fetch]\ncontact = "{contact}"')

    assert settings.fetch.contact == contact


@pytest.mark.parametrize("listen", ["", "127.0.0.1:9310", "[::1]:80", "monitor.internal:65535"])
def test_a_health_page_listens_on_host_and_port_or_not_at_all(tmp_path: Path, listen: str) -> None:
    settings = settings_of(tmp_path, "monitor.toml", f'[http]\nlisten = "{listen}"')

    assert settings.http.listen == listen
