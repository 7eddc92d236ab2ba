"""What every table of a config file is, and how its keys are found."""

from __future__ import annotations

from typing import Any, TypeGuard

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of a config file: no unknown keys, no changes after loading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        populate_by_name=False,
        hide_input_in_errors=True,
    )


def is_section(kind: object) -> TypeGuard[type[Section]]:
    """Returns whether a type is that of a table."""
    return isinstance(kind, type) and issubclass(kind, Section)


def known_keys(model: type[Section]) -> dict[str, Any]:
    """Returns the fields of a section by the key under which they stand in the file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}
