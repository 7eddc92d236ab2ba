"""One word, one meaning: the glossary has every table, state and reason code, and no class name
stands for two things.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

from monitor.model import Genre, Outcome
from monitor.store.schema import tables

ROOT = Path(__file__).parent.parent
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
DEFINED = set(re.findall(r"`([^`]+)`", GLOSSARY))
MOST_ENTRIES = 60
# States of dates and polls are technical; docs/cli.md explains what commands show of them.
LEFT_OUT = {"published_flag", "published_precision", "published_source", "outcome", "origin"}


def parse_sources(folder: Path) -> Iterator[ast.Module]:
    for path in folder.rglob("*.py"):
        if "versions" not in path.parts:
            yield ast.parse(path.read_text(encoding="utf-8"))


def find_reason_codes() -> set[str]:
    """The codes that rules write down, and those that come from an enum."""
    trees = list(parse_sources(ROOT / "monitor" / "novelty"))
    constants = {name: value for tree in trees for name, value in find_constants(tree)}
    codes = {genre.value for genre in Genre} - {Genre.NEWS.value, Genre.LIVE.value}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
            code = node.args[0]
            if isinstance(code, ast.Constant):
                codes.add(code.value)
            elif isinstance(code, ast.Name | ast.Attribute):
                codes.add(constants.get(code.id if isinstance(code, ast.Name) else code.attr, ""))
    return codes - {""}


def find_constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    yield target.id, node.value.value


def find_states() -> dict[str, set[str]]:
    """The values that a CHECK constraint allows, by table and column."""
    found = {}
    for table in SQLModel.metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                column, _, values = str(constraint.sqltext).partition(" IN ")
                if column not in LEFT_OUT:
                    found[f"{table.name}.{column}"] = set(re.findall(r"'([^']+)'", values))
    return found


def test_every_table_is_in_the_glossary() -> None:
    assert tables.feeds.name in SQLModel.metadata.tables

    assert set(SQLModel.metadata.tables) - DEFINED == set()


def test_every_state_is_in_the_glossary() -> None:
    states = find_states()
    assert "entries.state" in states

    assert {name: values - DEFINED for name, values in states.items() if values - DEFINED} == {}


def test_every_outcome_is_in_the_glossary() -> None:
    assert {outcome.value for outcome in Outcome} - DEFINED == set()


def test_every_reason_code_is_in_the_glossary() -> None:
    codes = find_reason_codes()
    assert {"new_event", "weak", "faint", "baseline", "opinion"} <= codes

    assert codes - DEFINED == set()


def test_the_glossary_is_short_enough_to_be_read() -> None:
    rows = re.findall(r"^\| (?!word|---)[^|]+\|[^|]+\|[^|]+\|$", GLOSSARY, flags=re.MULTILINE)

    assert 40 < len(rows) <= MOST_ENTRIES


def test_every_place_that_the_glossary_names_is_there() -> None:
    rows = re.findall(r"^\| (?!word|---)[^|]+\|[^|]+\| ([^|]+) \|$", GLOSSARY, flags=re.MULTILINE)
    places = [place for row in rows for place in re.findall(r"`([^`]+)`", row)]
    assert places

    missing = [
        place
        for place in places
        if not list((ROOT / "monitor").glob(place)) and not list(ROOT.glob(place))
    ]
    assert missing == []


def test_no_class_name_stands_for_two_things() -> None:
    names = Counter(
        node.name
        for tree in parse_sources(ROOT / "monitor")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )

    assert [name for name, count in names.items() if count > 1] == []
