"""Ids and addresses: every command that takes the one takes the other, and programs see one kind of
id everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.config import read_rows, run_command
from tests.cli.conftest import Read

BY_ARTICLE = ["articles show", "articles log", "why"]
BY_DEVELOPMENT = ["developments show"]
BY_ALERT = ["alerts show"]


def ids(read: Read) -> dict[str, str]:
    """Returns the id of the article with the news, of its development and of its alert."""
    trace = read_rows(read.config, "why", f"{read.outlet.base}/order")[0]
    return {
        "article": trace["article"]["id"],
        "development": trace["developments"][0]["id"],
        "alert": trace["alerts"][0]["id"],
    }


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        *((command, "article") for command in BY_ARTICLE),
        *((command, "development") for command in BY_DEVELOPMENT),
        *((command, "alert") for command in BY_ALERT),
    ],
)
def test_an_address_means_what_its_id_means(read: Read, command: str, kind: str) -> None:
    url, uid = f"{read.outlet.base}/order", ids(read)[kind]

    by_id = read_rows(read.config, *command.split(), uid)

    assert by_id
    assert read_rows(read.config, *command.split(), url) == by_id
    assert read_rows(read.config, *command.split(), f"{url}?utm_source=mail") == by_id
    assert read_rows(read.config, *command.split(), uid[:7].upper()) == by_id


def test_a_mail_is_previewed_by_the_address_of_its_article(read: Read) -> None:
    shown = run_command(read.config, "alerts", "preview", f"{read.outlet.base}/order").stdout

    assert shown == run_command(read.config, "alerts", "preview", ids(read)["alert"]).stdout


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("alerts show", "raised no alert"),
        ("alerts resend", "raised no alert"),
        ("developments show", "raised no development"),
    ],
)
def test_an_article_without_news_leads_to_no_alert_and_why_tells_why(
    read: Read, command: str, message: str
) -> None:
    url = f"{read.outlet.base}/hostile"

    done = run_command(read.config, *command.split(), url, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert f"monitor why {url}" in done.stderr


@pytest.mark.parametrize("command", ["articles show", "alerts show", "developments show", "why"])
def test_an_address_that_no_feed_brought_is_told(read: Read, command: str) -> None:
    done = run_command(read.config, *command.split(), "https://nobody.example/x", check=False)

    assert done.returncode == 1
    assert "no watched feed ever brought this address" in done.stderr


def iter_ids(value: Any) -> Iterator[Any]:
    """Yields what stands under every name that ends in "id", at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "id" or name.endswith("_id"):
                yield inner
            yield from iter_ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from iter_ids(inner)


@pytest.mark.parametrize("command", ["why", "articles show", "articles list", "timeline"])
def test_programs_see_public_ids_and_never_the_number_of_a_row(read: Read, command: str) -> None:
    target = [] if command in ("articles list", "timeline") else [f"{read.outlet.base}/order"]
    words = [*command.split(), *target]

    found = list(iter_ids(read_rows(read.config, *words)))

    assert found
    assert [one for one in found if not (isinstance(one, str) and len(one) == 16)] == []


def test_the_nearest_stored_sentence_is_of_an_article_that_can_be_shown(read: Read) -> None:
    trace = read_rows(read.config, "why", f"{read.outlet.base}/order")[0]

    nearest = trace["verdicts"][0]["new_sentences"][0]["nearest"]["article_id"]

    assert read_rows(read.config, "articles", "show", nearest)[0]["id"] == nearest
