"""Pages to text: the article and nothing but the article, on pages that make it hard."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extraction import extract_page
from monitor.extraction.extract import MAX_BYTES, MAX_TAGS
from monitor.model import Page, PageStatus
from tests.costs import LINEAR, growth, least
from tests.extraction.pages import BODY, PARAGRAPHS, TEXT, URL, article, json_ld, page
from tests.listener import Listener

# Measured: 1.1 on 63 pages of papers; the rest is for pages of another make.
MOST_OF_BARE = 2.0


def extract(html: bytes, url: str = URL, media_type: str = "text/html") -> Page:
    return extract_page(html, url=url, media_type=media_type)


def test_an_article_comes_as_paragraphs_separated_by_one_blank_line() -> None:
    got = extract(article())

    assert (got.status, got.reason, got.extractor) == (PageStatus.OK, "", "trafilatura-precision")
    assert got.text == TEXT
    assert got.title == "Harbor case: judge wants records"


@pytest.mark.parametrize(
    "boilerplate",
    [
        '<p><strong>Read more:</strong> <a href="/c">Stock markets fall for a third '
        "day as tariffs bite</a></p>",
        "<p>Lea también: El puerto cierra por oleaje</p>",
        "<p>Te puede interesar: Maestros anuncian paro</p>",
        "<p>Sign up for our morning newsletter and never miss a story that matters to you.</p>",
        "<p>Suscríbete aquí a nuestro boletín y recibe las noticias cada mañana.</p>",
        "<p>Follow us on Facebook and Twitter.</p>",
        "<p><em>Doe reported from San Salvador. Associated Press writer Ann Other "
        "contributed to this report.</em></p>",
        "<p>(Reporting by Jane Roe; Editing by Leo Loe)</p>",
        "<p>© 2025 Herald Media. All rights reserved.</p>",
        '<figure><img src="a.jpg"><figcaption>Boats in the closed harbor. (Photo: Pat '
        "Example)</figcaption></figure>",
        '<div class="newsletter"><p>Get the news in your inbox.</p></div>',
    ],
)
def test_boilerplate_behind_the_text_is_left_out(boilerplate: str) -> None:
    assert extract(article(after=boilerplate)).text == TEXT


@pytest.mark.parametrize(
    "inside",
    [
        '<p class="photo-credit">Pat Example for The Herald</p>',
        '<span class="credit">Pat Example</span>',
        '<p class="caption">Boats in the closed harbor</p>',
        '<p>Read more:</p><p><a href="/c">Pier opens again after a long closure of two '
        "years</a></p>",
        '<p>Lea también:</p><ul><li><a href="/c">El muelle abre de nuevo tras dos años'
        "</a></li></ul>",
    ],
)
def test_captions_credits_and_pointers_inside_the_text_are_left_out(inside: str) -> None:
    first, *others = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    html = page(
        "<article><h1>Harbor case: judge wants records</h1>"
        f"{first}{inside}{''.join(others)}</article>"
    )

    assert extract(html).text == TEXT


def test_a_correction_is_part_of_the_article() -> None:
    note = (
        "Correction: an earlier version of this article said that the pier was closed in "
        "May. It was closed in March."
    )

    assert extract(article(after=f"<p><em>{note}</em></p>")).text.endswith(note)


def test_text_that_only_scripts_show_is_taken_from_json_ld() -> None:
    head = json_ld(articleBody="\n\n".join(PARAGRAPHS))
    got = extract(
        page('<div id="root"></div><noscript>You need to enable JavaScript.</noscript>', head=head)
    )

    assert (got.status, got.text, got.extractor) == (PageStatus.OK, TEXT, "json-ld")


def shown(paragraphs: tuple[str, ...], body: str) -> Page:
    """A page that shows some paragraphs and holds a body in JSON-LD."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = json_ld(articleBody=body)
    return extract(page(f"<article><h1>Harbor case</h1>{text}</article>", head=head))


LATER = tuple(
    f"On day {number} of the hearing, a witness told the court of Loe what became of the samples, "
    f"and the clerk wrote {number} pages about it that nobody had asked for."
    for number in range(1, 7)
)


@pytest.mark.parametrize("cut", [None, 150])
def test_the_body_in_json_ld_goes_on_where_the_page_ends(cut: int | None) -> None:
    beginning = (*PARAGRAPHS[:2], f"{PARAGRAPHS[2][:cut]}…" if cut else PARAGRAPHS[2])

    got = shown(beginning, "\n\n".join((*PARAGRAPHS, *LATER)))

    assert got.extractor == "json-ld"
    assert got.text.split("\n\n") == [*PARAGRAPHS, *LATER]


@pytest.mark.parametrize(
    "body",
    [
        "\n\n".join((*LATER, *LATER[:2])),
        "\n\n".join((*PARAGRAPHS[:1], *LATER)),
        "\n\n".join((*PARAGRAPHS, LATER[0])),
        "\n\n".join((*PARAGRAPHS, *PARAGRAPHS)),
        " ".join((*PARAGRAPHS, "\n", *PARAGRAPHS)),
    ],
    ids=["another text", "a part of it", "hardly more", "twice", "twice in two lines"],
)
def test_the_body_in_json_ld_is_no_better_than_the_page_else(body: str) -> None:
    assert shown(PARAGRAPHS, body).text == TEXT


def test_text_in_an_aside_is_found_and_the_cookie_notice_is_not() -> None:
    notice = (
        "<p>This site uses cookies to give you the best experience. By going on you agree "
        "to our use of cookies.</p>"
    )
    got = extract(
        page(f'<aside class="col">{BODY}</aside><div class="cookie-notice">{notice}</div>')
    )

    assert (got.status, got.text, got.extractor) == (PageStatus.OK, TEXT, "densest")


NOTICE = (
    '<div class="cookie-notice"><p>This site uses cookies to give you the best '
    "experience. By going on you agree to our use of "
    "cookies and to our terms, which were last changed in January. You can change your "
    "mind later in the settings of this "
    "site, at the foot of each page, or write to us about it.</p></div>"
)


@pytest.mark.parametrize(
    "body",
    [
        f'<aside class="text"><h1>Harbor case</h1>{BODY}</aside>',
        '<aside class="text">'
        + "".join(f"<div>{paragraph}</div>" for paragraph in PARAGRAPHS)
        + "</aside>",
        '<aside class="text">'
        + "".join(f"<section><p>{paragraph}</p></section>" for paragraph in PARAGRAPHS)
        + "</aside>",
    ],
)
def test_a_notice_about_cookies_is_not_the_text_however_long_it_is(body: str) -> None:
    html = (
        f"<html><head><title>Harbor case</title></head><body><div>{body}{NOTICE}</div>"
        "</body></html>"
    ).encode()

    assert extract(html).text == TEXT


def test_a_notice_about_cookies_is_not_the_text_where_json_ld_has_it() -> None:
    head = json_ld(articleBody="\n\n".join(PARAGRAPHS))
    html = f'<html><head>{head}</head><body><div id="app"></div>{NOTICE}</body></html>'.encode()

    assert extract(html).text == TEXT


def test_navigation_in_a_layout_table_is_left_out() -> None:
    cells = (
        f"<td><b>Harbor case</b><br>April 11, 2025<br><br>{'<br><br>'.join(PARAGRAPHS)}"
        '</td><td><a href="/">Home</a></td>'
    )
    html = (
        f"<html><head><title>Harbor case</title></head><body><table><tr>{cells}</tr>"
        "</table></body></html>"
    ).encode()

    assert extract(html).text == TEXT


def test_paragraphs_made_of_line_breaks_in_a_layout_table_are_paragraphs() -> None:
    cell = "<br><br>".join(PARAGRAPHS)
    got = extract(
        f"<html><head><title>Harbor case</title></head><body><table><tr><td>{cell}</td>"
        "</tr></table></body></html>".encode()
    )

    assert got.text == TEXT


def test_spanish_text_in_a_misdeclared_encoding_keeps_its_letters() -> None:
    text = " ".join(
        ["El señor García y la señora Ábrego esperan en la audiencia de mañana, según su abogada."]
        * 6
    )
    html = (
        f'<html lang="es"><head><meta charset="utf-8"></head><body><article><p>{text}</p>'
        "</article></body></html>"
    )

    assert "García" in extract(html.encode("cp1252")).text


def test_a_short_bulletin_is_a_stub_with_its_text() -> None:
    sentence = "The county court said on Thursday that the pier must be opened. More soon."
    got = extract(page(f"<article><h1>BREAKING</h1><p>{sentence}</p></article>"))

    assert (got.status, got.text) == (PageStatus.STUB, sentence)
    assert "characters" in got.reason


@pytest.mark.parametrize(
    ("body", "media_type", "words"),
    [
        (b"%PDF-1.7 ...", "application/pdf", "a PDF document"),
        (b"%PDF-1.7 ...", "text/html", "a PDF document"),
        (b"\x89PNG\r\n", "image/png", "an image"),
        (b"\xff\xd8\xff\xe0", "", "an image"),
        (b"PK\x03\x04", "application/zip", "an archive"),
        (b'{"a": 1}', "application/json", "application/json, not a web page"),
        (b"", "text/html", "empty"),
        (b" \n ", "text/html", "empty"),
    ],
)
def test_what_is_no_page_is_told_in_words(body: bytes, media_type: str, words: str) -> None:
    got = extract(body, media_type=media_type)

    assert got.status is PageStatus.UNREADABLE
    assert words in got.reason


def test_pages_over_the_limits_are_not_read() -> None:
    for html in (article() + b"x" * MAX_BYTES, article(after="<i></i>" * (MAX_TAGS // 2))):
        got = extract(html)
        assert (got.status, got.text) == (PageStatus.TOO_LARGE, "")
        assert "more than" in got.reason
        within = article(after="<p>More of the harbor case was heard.</p>" * 1_000)
        assert least(lambda: extract(html)) < 2 * least(lambda: extract(within))  # noqa: B023


@pytest.mark.parametrize(
    "bomb",
    [
        lambda size: '<script type="application/ld+json">{"a": "' + '\\"' * 20 * size,
        lambda size: '<script type="application/ld+json">' + "[" * 20 * size + "</script>",
        lambda size: f'<script type="application/ld+json">{chr(123)}"a":' * size + "1" + "}" * size,
        lambda size: "<div>" * 3 * size,
        lambda size: "<p>" + "word" * 40 * size + "</p>",
        lambda size: "<!--" * 2 * size,
        lambda size: "<" * 6 * size,
        lambda size: "&#" + "9" * 20 * size + ";",
    ],
    ids=[
        "backslashes",
        "brackets",
        "objects",
        "nesting",
        "one word",
        "comments",
        "angles",
        "reference",
    ],
)
def test_hostile_pages_are_read_in_linear_time(bomb: Callable[[int], str]) -> None:
    assert growth(lambda size: extract(article(after=bomb(size))), 1_000, times=2) < LINEAR


def newspaper(paragraphs: int) -> bytes:
    """A page as large as those of papers: menus, cards, scripts, and an article of some length."""
    cards = "".join(
        f'<div class="card"><a href="/us/{number}"><h3>Ferry line {number}</h3></a>'
        f"<time>{number} May 2025</time><p>Short words of it.</p></div>"
        for number in range(60)
    )
    text = "".join(
        f"<p>On day {number} the <b>harbor</b> board heard <time>a witness</time> who said that "
        f"berth {number} had been let to a company without a lease, the clerk wrote.</p>"
        for number in range(paragraphs)
    )
    scripts = f"<script>{'var a = [1, 2, 3];' * 900}</script>" * 4
    return article(before=text, after=f"<aside>{cards}</aside>{scripts}", head=json_ld())


def test_a_page_costs_little_more_than_its_bare_extraction() -> None:
    """Mending, status and metadata are read off the tree that the text is taken from."""
    html = newspaper(40)
    bare = html.decode()

    # In turn, so that a machine that slows down slows both.
    ours, theirs = [], []
    for _ in range(7):
        ours.append(least(lambda: extract(html), 1))
        theirs.append(
            least(lambda: trafilatura.bare_extraction(bare, url=URL, with_metadata=True), 1)
        )

    assert "berth 39 had been let" in extract(html).text
    assert min(ours) < MOST_OF_BARE * min(theirs)


def test_pages_cross_process_borders() -> None:
    got = extract(article(head=json_ld(datePublished="2025-04-11T17:00:00-04:00")))

    assert pickle.loads(pickle.dumps(got)) == got


@settings(deadline=None)  # the first page costs the compilation of htmldate's patterns
@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_with_a_status(body: bytes) -> None:
    for html in (
        body,
        b"<html><body><article><p>" + body,
        b"<html><head><script type='application/ld+json'>" + body,
    ):
        got = extract(html)
        got.text.encode("utf-8")
        assert got.status is PageStatus.OK or got.reason


@pytest.mark.parametrize(
    "markup",
    ["", "<br>", "</p><p>", " class='x'>", "<script>x</script>", "\x00", "<table><tr><td>"],
)
def test_text_is_clean_whatever_stands_between(markup: str) -> None:
    text = extract(article(before=markup)).text

    assert PARAGRAPHS[1] in text
    assert "\n\n\n" not in text
    assert not any(ord(char) < 32 and char != "\n" for char in text)


CANARY = "The keeper of the lighthouse hid her letters under the third stair."


@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="utf-8"?>'])
@pytest.mark.parametrize("media_type", ["text/html", "application/xhtml+xml", "application/xml"])
def test_a_document_type_brings_in_no_file_and_asks_nobody(
    head: str, media_type: str, tmp_path: Path, listener: Listener
) -> None:
    secret = tmp_path / "letters.txt"
    secret.write_text(CANARY)
    doctype = (
        f'<!DOCTYPE html SYSTEM "{listener.url}/html.dtd" [<!ENTITY file SYSTEM '
        f'"{secret.as_uri()}"><!ENTITY % far SYSTEM "{listener.url}/far.dtd"> %far;]>'
    )
    before = "<p>A letter was read out in the court, and it says the following: &file;</p>"
    html = article(before=before).replace(b"<!doctype html>", f"{head}{doctype}".encode())
    # XML knows no element without an end.
    html = html.replace(b'<meta charset="utf-8">', b'<meta charset="utf-8"/>')

    got = extract(html, media_type=media_type)

    assert PARAGRAPHS[1] in got.text
    assert CANARY not in repr(got)
    assert listener.visits == 0


@pytest.mark.parametrize("mark", ["\u00ad", "&shy;", "&#173;", "&#xAD;"])
def test_a_soft_hyphen_before_a_capital_keeps_two_words_apart(mark: str) -> None:
    """Trafilatura drops soft hyphens, which would glue a double name into a word that no query
    finds.
    """
    name = f"Ana Calder{mark}Bay"
    text = extract(
        article(
            before=f"<p>The clerk called {name} twice, and then the hear\u00ading in the "
            "small court went on.</p>"
        )
    ).text

    assert "Calder-Bay" in text
    assert "hearing" in text


@pytest.mark.parametrize(
    "end", ["</body>", "</html>", "</BODY ></html>", "</body></html><html><body>"]
)
@pytest.mark.parametrize("behind", [1, 2])
def test_an_end_of_the_page_inside_the_article_ends_nothing(end: str, behind: int) -> None:
    before, after = BODY.split("</p>", behind)[:behind], BODY.split("</p>", behind)[behind]
    body = "".join(f"{part}</p>" for part in before) + end + after

    got = extract(page(f"<article><h1>Harbor case: judge wants records</h1>{body}</article>"))

    assert (got.status, got.text) == (PageStatus.OK, TEXT)
