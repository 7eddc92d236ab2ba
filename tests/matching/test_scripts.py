"""Scripts without spaces, and scripts that write small words in one with the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching import Folded, compile_query
from monitor.model import Fields
from monitor.text import fold, with_prefixes, without_prefix, words
from tests.matching.asking import candidate, finds, match

CHINESE = "港口管理局周二被法官命令公开过去四年的账目，渔民说这是第一次。"
JAPANESE = "裁判官は火曜日、港湾局に過去四年分の帳簿を公開するよう命じた。"
THAI = "ผู้พิพากษาสั่งให้การท่าเรือเปิดเผยบัญชีย้อนหลังสี่ปี"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("管理局", CHINESE),
        ("港口管理局", CHINESE),
        ('"法官命令"', CHINESE),
        ("渔民 AND 账目", CHINESE),
        ("法官 NEAR/10 账目", CHINESE),
        ("管理*", CHINESE),
        ("港湾局", JAPANESE),
        ("帳簿", JAPANESE),
        ("ท่าเรือ", THAI),
        ("บัญชี", THAI),
        ("text:管理局", CHINESE),
    ],
)
def test_a_word_is_found_inside_a_text_without_spaces(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize("query", ["局管理", "管局", "法官 -账目", "渔船"])
def test_letters_that_do_not_stand_together_are_no_word(query: str) -> None:
    assert not finds(query, CHINESE)


def test_a_title_without_spaces_makes_a_candidate() -> None:
    assert candidate("管理局", title=CHINESE)


def test_what_was_found_is_shown_where_it_stands() -> None:
    found = match("管理局", CHINESE)

    assert found is not None
    assert "管理局" in found.terms[0].snippet


def test_words_of_both_kinds_stand_in_one_text() -> None:
    assert [word.folded for word in words("Pier 7号 closed 了")] == [
        "pier",
        "7",
        "号",
        "closed",
        "了",
    ]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("الميناء", "أمرت المحكمة والميناء مغلق منذ شهر"),
        ("ميناء", "قال القاضي إن بميناء المدينة ثلاث سفن"),
        ("ميناء", "أغلق الميناء"),
        ("ميناء", "وصلت السفن للميناء"),
        ("الميناء", "وصلت السفن للميناء"),
        ('"محكمة الميناء"', "أمرت ومحكمة الميناء مغلقة"),
        ("נמל", "השופט הורה לנמל לפתוח את הספרים"),
        ("נמל", "השופט אמר שבנמל ובנמל"),
        ('"נמל הצפון"', "סגרו את הנמל ובנמל הצפון"),
    ],
)
def test_one_letter_prefixes_hide_no_word(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [("والميناء", "الميناء مغلق"), ("ברק", "רק אחד"), ("harbour", "lharbour")],
)
def test_a_prefix_of_the_query_is_not_taken_off(query: str, text: str) -> None:
    assert not finds(query, text)


HINDI = "अदालत ने कहा कि राम बंदरगाह के बही-खाते खोले जाएँ।"


@pytest.mark.parametrize("query", ["राम", '"राम बंदरगाह"', "बंदर*", "खाते NEAR/2 खोले", "/र.म/"])
def test_a_word_whose_vowels_are_marks_is_found(query: str) -> None:
    assert finds(query, HINDI)
    assert candidate(query, title=HINDI)


@pytest.mark.parametrize("query", ["रोम", "रम", "म", '"बंदरगाह राम"', "/रोम/"])
def test_a_word_with_other_vowels_is_not_found(query: str) -> None:
    assert not finds(query, HINDI)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ('"hawai\'i"', "The court of Hawai\u02bbi ruled"),
        ('"hawai\u02bbi"', "The court of Hawai'i ruled"),
        ("/hawai'i/", "The court of Hawai\u02bbi ruled"),
        ("qur\u02beanic", "a Qur\u2019anic school"),
        ("diyarbakır", "DİYARBAKIR kentinde"),
        ("diyarbakir", "Diyarbakır kentinde"),
        ("/diyarbakir/", "Diyarbakır kentinde"),
        ("محمد", "قال محمـــد إن الميناء مغلق"),
        ("الميناء", "والمينـاء مغلق"),
    ],
)
def test_spellings_that_readers_take_for_one_are_found(query: str, text: str) -> None:
    assert finds(query, text)


def test_a_word_finds_a_name_with_an_apostrophe_in_any_spelling_or_in_none() -> None:
    names = ["Hawai'i", "Hawai\u2019i", "Hawai\u02bbi", "Hawai\u02bci"]

    assert len({finds("hawaii", name) for name in names}) == 1


ARABIC = st.text("ابتثجحدرسعفقكلمنهوي", min_size=3, max_size=9)
HEBREW = st.text("אבגדהוזחטיכלמנסעפצקרשת", min_size=3, max_size=9)


@given(
    word=ARABIC | HEBREW, prefix=st.sampled_from(["", "و", "ب", "ال", "وال", "لل", "ול", "ה", "ב"])
)
def test_what_an_index_is_asked_holds_every_text_that_matches(word: str, prefix: str) -> None:
    query, text = compile_query(word), f"{prefix}{word}"

    found = query.match(Folded.of(Fields(text=text)), now=None)  # type: ignore[arg-type]

    if found is not None:
        groups = query.prefilter()
        assert groups is not None
        assert all(fold(text) in group for group in groups)


@given(word=ARABIC | HEBREW)
def test_prefixes_that_are_put_on_can_be_taken_off(word: str) -> None:
    for form in with_prefixes(word):
        assert form == word or word in without_prefix(form)


@given(st.text("abcé", max_size=8))
def test_other_scripts_have_no_such_prefixes(word: str) -> None:
    assert with_prefixes(word) == (word,)
    assert without_prefix(word) == ()
