"""Short labelled articles for the tests of training."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from training.streams import LabelledArticle

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def article(
    name: str,
    *,
    hours: float = 0,
    developments: tuple[str, ...] = (),
    recalled: tuple[str, ...] = (),
    new: tuple[str, ...] | None = None,
    **fields: object,
) -> LabelledArticle:
    """Returns an article of the invented Tarn bridge case, published some hours after the start."""
    values: dict[str, object] = {
        "id": name,
        "url": f"/{name}",
        "outlet": "Harbour Gazette",
        "published_at": START + timedelta(hours=hours),
        "lang": "en",
        "title": "Tarn bridge",
        "summary": "",
        "paragraphs": ("The Tarn bridge was closed on Monday.",),
        "kind": "news",
        "relation": "original",
        "is_about": True,
        "developments": developments,
        "recalled": recalled,
        "new_developments": developments if new is None else new,
        "new_sentences": (),
    }
    return LabelledArticle(**{**values, **fields})  # type: ignore[arg-type]
