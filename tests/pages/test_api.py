"""The API: the rows of the commands, described by a schema that holds."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import jsonschema
import pytest

from monitor.pages.api import QUESTIONS, describe
from monitor.pages.rows import to_plain
from tests.pages.conftest import HOSTILE, Desk
from tests.store.rows import NOW
from tests.store.views.stored import HOUR

DEVELOPMENTS = "/api/cases/harbour/developments"


def url_of(path: str, desk: Desk) -> str:
    """A path of the API with something that is there in the place of each name."""
    whats = {"developments": "developments", "stories": "stories", "articles": "articles"}
    what = path.split("/")[2]
    named = path.replace("{slug}", "harbour")
    return named.replace("{id}", desk.ids(whats[what])[0]) if "{id}" in named else named


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.path)
def test_what_is_answered_is_what_the_description_says(desk: Desk, question: Any) -> None:
    described = describe()
    answers = described["paths"][question.path]["get"]["responses"]["200"]["content"]
    schema = {**answers["application/json"]["schema"], "components": described["components"]}
    parameters = {"q": "pier"} if "q" in question.parameters else {}

    answer = desk.open.get(url_of(question.path, desk), params=parameters)

    assert answer.headers["content-type"] == "application/json"
    assert answer.json()
    jsonschema.validate(answer.json(), schema)
    described_fields = fields_of(schema)
    row = answer.json()[0] if isinstance(answer.json(), list) else answer.json()
    assert set(row) == described_fields


def fields_of(schema: dict[str, Any]) -> set[str]:
    """The fields of a row, in the place that the schema refers to."""
    name = schema.get("items", schema)["$ref"].rpartition("/")[2]
    return set(schema["components"]["schemas"][name]["properties"])


def test_the_description_is_served_and_names_every_parameter(desk: Desk) -> None:
    served = desk.open.get("/api/openapi.json").json()

    assert served == json.loads(json.dumps(to_plain(describe())))
    operation = served["paths"]["/api/cases/{slug}/developments"]["get"]
    assert {one["name"] for one in operation["parameters"]} == {
        *("slug", "limit", "tier", "since", "until", "as_of", "top")
    }


def when(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("asked", "tiers"),
    [
        ({}, [3, 2, 1]),
        ({"limit": "2"}, [3, 2]),
        ({"tier": ["1", "3"]}, [3, 1]),
        ({"since": when(NOW + 2 * HOUR)}, [3, 2]),
        ({"until": when(NOW + 2 * HOUR)}, [1]),
        ({"as_of": when(NOW + 1 * HOUR)}, [1]),
        ({"until": "2025-06-01T14:00:00"}, [1]),
        ({"top": "1"}, [2]),
    ],
    ids=str,
)
def test_developments_are_chosen_by_what_is_asked(
    desk: Desk, asked: dict[str, Any], tiers: list[int]
) -> None:
    rows = desk.open.get("/api/cases/harbour/developments", params=asked).json()

    assert [row["tier"] for row in rows] == tiers


def test_a_row_has_no_number_of_the_database(desk: Desk) -> None:
    for path in ("/api/cases/harbour/developments", "/api/articles", "/api/stories"):
        assert all("row_id" not in row for row in desk.open.get(path).json())


def test_a_development_comes_with_its_sentences_and_carriers(desk: Desk) -> None:
    found = desk.open.get(f"/api/developments/{desk.ids()[1]}").json()

    assert found["quotes"] == ["The harbour master closed the old pier on Sunday."]
    assert [one["outlet"] for one in found["carriers"]] == [HOSTILE, "Courier"]


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/api/cases/none/developments", 404, "there is no case"),
        ("/api/articles?case=none", 404, "there is no case"),
        ("/api/stories?case=none", 404, "there is no case"),
        ("/api/search?q=pier&case=none", 404, "there is no case"),
        ("/api/stories/ffffff", 404, "no story"),
        ("/api/search?q=(pier", 400, "(pier"),
        ("/api/articles?limit=no", 400, "limit is a number"),
        ("/api/articles?since=2030-01-01", 400, "there is no 'since' here"),
        ("/api/cases?nonsense=1", 400, "there is no 'nonsense' here"),
        (f"{DEVELOPMENTS}?since=9999-12-31T23:59:59-12:00", 400, "since is a time"),
        (f"{DEVELOPMENTS}?until=9999-12-31T23:59:59-00:01", 400, "until is a time"),
        (f"{DEVELOPMENTS}?as_of=0001-01-01T00:00:00%2B14:00", 400, "as_of is a time"),
        ("/api/nothing", 404, "Not Found"),
    ],
)
def test_what_is_wrong_is_told_as_json(desk: Desk, path: str, status: int, text: str) -> None:
    answer = desk.open.get(path)

    assert (answer.status_code, text in answer.json()["error"]) == (status, True)
