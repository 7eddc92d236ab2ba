"""The reproduction inputs under `cases/` of the suites: small documents, each with one reported
defect.
"""

from __future__ import annotations

from tests.conformance.suites import find_suites


def read_case(kind: str, name: str) -> bytes:
    """The document of a case: `kind` is "feeds" or "html"."""
    folder = find_suites()
    assert folder is not None
    return (folder / "cases" / kind / name).read_bytes()
