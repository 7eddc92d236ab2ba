"""Bytes to text when the declaration is wrong."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.decoding import decode, text_codec
from tests.costs import LINEAR, growth

SPANISH = "El señor García y la “cárcel”"


def xml(text: str, declared: str) -> str:
    return f'<?xml version="1.0" encoding="{declared}"?><rss><title>{text}</title></rss>'


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (SPANISH.encode(), None),
        (SPANISH.encode(), "windows-1252"),
        (SPANISH.encode("cp1252"), None),
        (SPANISH.encode("cp1252"), "iso-8859-1"),
        (SPANISH.encode("cp1252"), "us-ascii"),
        (SPANISH.encode("cp1252"), "utf-8"),
        (SPANISH.encode("cp1252"), "no-such-thing"),
        (codecs.BOM_UTF8 + SPANISH.encode(), "latin-1"),
        (codecs.BOM_UTF16_LE + SPANISH.encode("utf-16-le"), None),
        (codecs.BOM_UTF16_BE + SPANISH.encode("utf-16-be"), "utf-8"),
        (SPANISH.encode("utf-16-le"), "utf-16le"),
        (SPANISH.encode(), "utf-16"),
        (xml(SPANISH, "windows-1252").encode("cp1252"), "utf-16"),
        (xml(SPANISH, "utf-8").encode(), "utf-32"),
        (xml(SPANISH, "windows-1252").encode("cp1252"), None),
        (xml(SPANISH, "iso-8859-1").encode("cp1252"), None),
        (xml(SPANISH, "utf-8").encode("cp1252"), None),
        (xml(SPANISH, "windows-1252").encode(), None),
        (xml(SPANISH, "utf-16").encode("utf-16-le"), None),
        (xml(SPANISH, "utf-16").encode(), None),
        (
            '<html><meta http-equiv="Content-Type" content="text/html; '
            f'charset=iso-8859-1">{SPANISH}'.encode("cp1252"),
            None,
        ),
        (f"<html><meta charset=utf-8>{SPANISH}".encode(), None),
    ],
)
def test_spanish_survives_whatever_is_declared(body: bytes, charset: str | None) -> None:
    assert SPANISH in decode(body, charset).text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("判事は報告を命じた", "shift_jis"),
        ("判事は報告を命じた", "iso-2022-jp"),
        ("判事は報告を命じた", "euc-jp"),
        ("法官命令", "gb2312"),
        ("Суд обязал", "koi8-r"),
    ],
)
def test_declared_legacy_encodings_are_read(text: str, encoding: str) -> None:
    assert text in decode(xml(text, encoding).encode(encoding)).text
    assert decode(text.encode(encoding), encoding).text == text


def test_one_bad_byte_does_not_turn_a_feed_into_mojibake() -> None:
    body = ("García " * 50).encode() + b"\xff" + ("Ábrego " * 50).encode()

    decoded = decode(body, "utf-8")

    assert "García" in decoded.text
    assert "Ábrego" in decoded.text
    assert "1 broken" in decoded.warning


def test_byte_order_marks_are_no_characters() -> None:
    assert decode(codecs.BOM_UTF8 + b"<rss/>").text == "<rss/>"


@pytest.mark.parametrize(
    "name",
    [
        "punycode",
        "idna",
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "utf-7",
        "base64",
        "rot13",
        "zlib",
        "mbcs",
        "\0",
        "x" * 100,
        "",
        None,
    ],
)
def test_codecs_that_are_no_text_encodings_are_not_used(name: str | None) -> None:
    assert text_codec(name) is None


@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            None,
            "utf-8",
            "utf-16",
            "iso-2022-jp",
            "hz",
            "gb18030",
            "punycode",
            "cp037",
            "big5",
            "utf-32",
        ]
    ),
)
def test_any_bytes_are_text_in_the_end(body: bytes, charset: str | None) -> None:
    decoded = decode(body, charset)

    assert "".encode(decoded.encoding) is not None
    decoded.text.encode("utf-8")


@given(st.text(st.characters(codec="utf-8"), max_size=100))
def test_valid_utf8_comes_back_unchanged_unless_it_begins_like_a_wide_encoding(text: str) -> None:
    text = f"a{text}"

    assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("latin-1", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("shift_jis", "cp932"),
        ("x-sjis", "cp932"),
        ("gb2312", "gb18030"),
        ("euc-kr", "cp949"),
        ("tis-620", "cp874"),
        ("utf8", "utf-8"),
        ("koi8-r", "koi8-r"),
        (' "UTF-8" ', "utf-8"),
    ],
)
def test_a_name_means_the_larger_encoding_that_it_is_sent_for(declared: str, codec: str) -> None:
    assert text_codec(declared) == codec


@pytest.mark.parametrize(
    ("body", "charset", "encoding", "warning"),
    [
        (b"pier", None, "utf-8", ""),
        (b"pier", "windows-1252", "utf-8", ""),
        ("señor".encode(), "windows-1252", "utf-8", "declared cp1252, but is utf-8"),
        ("señor".encode("cp1252"), "windows-1252", "cp1252", ""),
        ("señor".encode("cp1252"), "utf-8", "cp1252", "not valid as utf-8, read as cp1252"),
        ("señor".encode("cp1252"), None, "cp1252", "not valid as utf-8, read as cp1252"),
        (codecs.BOM_UTF8 + b"pier", "koi8-r", "utf-8", ""),
    ],
)
def test_what_was_wrong_with_a_declaration_is_said(
    body: bytes, charset: str | None, encoding: str, warning: str
) -> None:
    decoded = decode(body, charset)

    assert (decoded.encoding, decoded.warning) == (encoding, warning)


def test_the_header_goes_before_what_the_document_says_of_itself() -> None:
    body = xml("Суд", "windows-1251").encode("koi8-r")

    assert "Суд" in decode(body, "koi8-r").text


ARABIC = "قضت محكمة الميناء يوم الثلاثاء"


@pytest.mark.parametrize(
    "before",
    [
        f"<script>var settings = '{'a' * 9_000}'</script>",
        f"<style>{'p { color: red } ' * 900}</style>",
        "<link rel='preload' href='/a.css'>" * 400,
        f"<!-- <meta charset=utf-8> {'x' * 5_000} -->",
        "<script>document.write('<meta charset=koi8-r>')</script>",
    ],
)
@pytest.mark.parametrize(
    "declaration",
    [
        '<meta charset="windows-1256">',
        "<META CHARSET=windows-1256>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">',
    ],
)
def test_a_declaration_anywhere_in_the_head_is_heeded(before: str, declaration: str) -> None:
    html = f"<html><head>{before}{declaration}</head><body><p>{ARABIC}</p></body></html>"

    assert ARABIC in decode(html.encode("cp1256")).text


def test_what_stands_in_the_body_declares_nothing() -> None:
    html = f"<html><head></head><body><p>{SPANISH}</p><meta charset=koi8-r></body></html>"

    assert SPANISH in decode(html.encode("cp1252")).text


@pytest.mark.parametrize("opening", [b"<script", b"<!--", b"<style>", b"<meta "])
def test_a_head_full_of_openings_is_read_in_linear_time(opening: bytes) -> None:
    def read(size: int) -> object:
        return decode(b"<head>" + opening * size + b"\xe9</head>")

    assert growth(read, 40_000) < LINEAR
