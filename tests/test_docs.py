"""The documents say what the program does: generated parts are current, every command, setting and
table is mentioned.
"""

import re
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from docs.generate import DOCUMENTS
from monitor.store.schema import tables

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_generated_document_is_current(name: str) -> None:
    """Run `make docs` when this fails."""
    assert DOCUMENTS[name]() == (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_table_is_described_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert tables.feeds.name in SQLModel.metadata.tables

    assert [name for name in SQLModel.metadata.tables if f"`{name}`" not in text] == []


def test_every_package_is_described_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    parts = [
        path.stem
        for path in (ROOT / "monitor").iterdir()
        if path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists())
    ]

    assert [
        part
        for part in parts
        if not part.startswith("__") and f"`{part}`" not in text and f"`{part}/`" not in text
    ] == []


def test_relative_links_of_the_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("training/*.md")]
    links = [
        (page, target)
        for page in documents
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())
    ]

    assert [
        f"{page.name}: {target}" for page, target in links if not (page.parent / target).exists()
    ] == []


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 900
