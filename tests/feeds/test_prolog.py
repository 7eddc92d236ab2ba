"""What is left of an XML document's beginning before a parser is given it."""

from __future__ import annotations

import pytest

from monitor.errors import FeedParseError
from monitor.feeds.prolog import sound_xml

URL = "https://harbor.example/rss"
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
ROOT = "<rss><channel/></rss>"


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (ROOT, ""),
        (f'<?xml version="1.0" encoding="latin-1"?>{ROOT}', ""),
        (f"<!-- made by hand -->{ROOT}", ""),
        (f"Warning: mysql_connect()\n{ROOT}", "text before the document was skipped"),
        (
            f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>{ROOT}',
            "1 unsafe entities were not read",
        ),
        (f'<!DOCTYPE rss PUBLIC "-//X//DTD" "https://x.example/rss.dtd">{ROOT}', ""),
    ],
)
def test_only_the_document_itself_is_left(text: str, warning: str) -> None:
    sound = sound_xml(text, url=URL)

    assert (sound.text, sound.warning) == (HEAD + ROOT, warning)


def test_entities_with_plain_values_stay() -> None:
    sound = sound_xml(f'<!DOCTYPE rss [<!ENTITY copy "&#169;"><!ENTITY % p "x">]>{ROOT}', url=URL)

    assert '<!ENTITY copy "&#169;">' in sound.text
    assert sound.warning == "1 unsafe entities were not read"


def test_of_equal_entities_the_last_one_counts() -> None:
    sound = sound_xml(f'<!DOCTYPE rss [<!ENTITY a "one"><!ENTITY a "two">]>{ROOT}', url=URL)

    assert '<!ENTITY a "two">' in sound.text
    assert "one" not in sound.text


def test_nested_entities_are_an_attack() -> None:
    with pytest.raises(FeedParseError, match="nested entities"):
        sound_xml(f'<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>{ROOT}', url=URL)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("&#0;", ""), ("&#xFFFF;", ""), ("&#x1F600;", "&#x1F600;"), ("&#9;", "&#9;"), ("\x0b", "")],
)
def test_characters_that_xml_forbids_are_dropped(text: str, kept: str) -> None:
    sound = sound_xml(f"<rss>{text}</rss>", url=URL)

    assert sound.text == f"{HEAD}<rss>{kept}</rss>"
