"""Which parameters of a query choose the content, and how they are spelt in a key."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.urls import canonical_url
from monitor.urls.parameters import Parameter, content_query, read_parameters

HOST = "harbour.example"
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="%&="), min_size=1
)


def key_of(query: str) -> str:
    return content_query(query, HOST, {HOST})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("t=%CC%EE%F1%EA", "t=%CA%E8%E5%E2"),
        ("t=Per%FA", "t=Per%F3"),
        ("id=%E9", "id=%E8"),
        ("%E9=1", "%E8=1"),
        ("t=%E9", "t=%EF%BF%BD"),
        ("t=%E9", "t=%25E9"),
        ("t=%E9", "t=%C3%A9"),
    ],
)
def test_bytes_of_an_older_character_set_tell_two_articles_apart(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_bytes_that_are_no_utf_8_stand_in_the_key_as_they_came() -> None:
    assert key_of("t=Per%fa+Lima&%e9=%ff%C3%A9") == "?t=Per%FA%20Lima&%E9=%FF%C3%A9"


@given(st.binary(min_size=1, max_size=20), st.binary(min_size=1, max_size=20))
def test_two_values_have_one_key_only_where_their_bytes_are_the_same(
    one: bytes, other: bytes
) -> None:
    first, second = (f"https://{HOST}/n?t={quote(value)}" for value in (one, other))

    assert (canonical_url(first) == canonical_url(second)) is (one == other)
    assert canonical_url(canonical_url(first)) == canonical_url(first)


@given(WORDS, WORDS, st.sampled_from([str, quote]))
def test_what_is_utf_8_is_spelt_as_it_always_was(
    name: str, value: str, written: Callable[[str], str]
) -> None:
    """Keys are stored for ever, so theirs must not change."""
    name, value = written(name), written(value)
    always = f"{quote(unquote_plus(name))}={quote(unquote_plus(value))}"

    assert str(read_parameters(f"{name}={value}")[0]) == always


def test_an_address_inside_a_link_keeps_its_bytes() -> None:
    inner = "https://harbour.example/pier/Per%FA"
    link = f"https://www.google.com/url?rct=j&url={quote(inner, safe='')}&sa=t"
    raw = f"https://www.google.com/url?url={inner}"

    assert canonical_url(link) == canonical_url(raw) == inner
    assert Parameter("url", "=", "pier/Per\udcfa").address == "pier/Per%FA"


@pytest.mark.parametrize(
    "name",
    [
        "pk_id",
        "mc_id",
        "ns_id",
        "at_id",
        "itm_id",
        "wt_id",
        "soc_id",
        "ns_newsid",
        "At_Article_ID",
        "taid",
    ],
)
def test_a_name_that_ends_in_id_may_name_an_article(name: str) -> None:
    assert key_of(f"{name}=1") != key_of(f"{name}=2")


@pytest.mark.parametrize(
    "names",
    [
        "pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid pk_vid",
        "mtm_campaign mtm_cid piwik_campaign matomo_kwd",
        "mc_cid mc_eid",
        "ns_mchannel ns_source ns_campaign ns_linkname ns_fee",
        "at_medium at_campaign at_campaign_type at_link_id at_link_origin at_link_type at_ptr_name",
        "at_bbc_team at_format at_custom1 at_custom4 at_creation at_recipient_id at_send_date",
        "itm_source itm_medium itm_campaign itm_content soc_src soc_trk wt_mc wt_zmc wt_mc_id",
        "utm_source utm_id vero_id oly_enc_id oly_anon_id hsa_acc hsa_grp gaa_at guce_referrer",
    ],
)
def test_what_a_tracker_says_of_its_own_names_is_dropped(names: str) -> None:
    parameters = "&".join(f"{name}=1&{name.upper()}=2" for name in names.split())

    assert key_of(parameters) == ""


def test_a_number_of_the_tracker_is_told_from_one_of_the_site_by_its_form() -> None:
    assert key_of("taid=5e5f1c3aa0a8ee0001a7a4f7") == ""
    assert key_of("taid=4711") == "?taid=4711"
