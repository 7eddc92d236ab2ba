"""What stands behind the root of a document is no part of the feed, and no sign of a cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.epilog import cut_epilog
from monitor.feeds.parse import parse_feed

ITEM = "<item><title>Pier closed</title><link>https://harbour.example/1</link></item>"
RSS = f'<rss version="2.0"><channel><title>Harbour</title>{ITEM}</channel></rss>'
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour</title><entry><title>Pier closed'
    '</title><id>urn:1</id><link href="https://harbour.example/1"/></entry></feed>'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/"><channel><title>Harbour</title></channel>'
    f"{ITEM}</rdf:RDF>"
)
AFTER = [
    "served in 0.2 s & cached",
    '<script>if (a < b && c) track("</p>");</script>',
    "<!-- " + "x" * 3_000 + " --><div>Debug</div>",
    "</body></html>",
    "\n<br />\n<b>Warning</b>: Unknown: write failed in Unknown on line 0",
    "<",
    "]]>",
    "\x00\x00",
]


@pytest.mark.parametrize("document", [RSS, ATOM, RDF], ids=["rss", "atom", "rdf"])
@pytest.mark.parametrize("after", AFTER)
def test_a_feed_with_something_behind_it_is_whole(document: str, after: str) -> None:
    found = parse_feed((document + after).encode(), url="https://harbour.example/feed")

    assert [item.title for item in found.items] == ["Pier closed"]
    assert not found.is_truncated


@pytest.mark.parametrize("after", ["", "\n", "<!-- made in 3 ms -->\n", "<!-- never closed"])
def test_comments_and_blanks_behind_a_feed_are_nothing_to_speak_of(after: str) -> None:
    assert parse_feed((RSS + after).encode(), url="https://harbour.example/feed").warning == ""


def test_what_was_left_out_is_said() -> None:
    found = parse_feed((RSS + "<p>Debug</p>").encode(), url="https://harbour.example/feed")

    assert found.warning == "text after the document was skipped"


@pytest.mark.parametrize("cut", [20, 60, len(RSS) - 8])
def test_a_feed_that_breaks_off_still_does(cut: int) -> None:
    text = RSS[:-cut] if cut < 40 else RSS[: len(RSS) - 30]

    assert cut_epilog(text) == (text, False)


def test_an_end_that_an_article_quotes_is_none() -> None:
    quoted = "<description><![CDATA[It ends with </channel></rss> always.]]></description>"
    text = RSS.replace("</item></channel></rss>", f"{quoted}</item>")

    assert cut_epilog(text) == (text, False)


def test_one_document_after_another_is_read_to_the_end() -> None:
    second = RSS.replace("Pier closed", "Pier open").replace("/1<", "/2<")

    found = parse_feed((RSS + second).encode(), url="https://harbour.example/feed")

    assert [item.title for item in found.items] == ["Pier closed", "Pier open"]


@given(st.text(max_size=200).filter(lambda text: "<" not in text))
def test_no_text_behind_a_feed_changes_what_it_says(after: str) -> None:
    assert cut_epilog(RSS + after)[0] == RSS


@given(st.text(alphabet="<>/rs feditem!-x", max_size=120))
def test_what_comes_back_is_a_beginning_of_what_was_given(text: str) -> None:
    assert text.startswith(cut_epilog(text)[0])
