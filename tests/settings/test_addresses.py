"""Mail addresses: domains in any script become what mail servers know, everything else is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from monitor.settings import EmailSettings, FetchSettings, SmtpSettings
from monitor.settings.addresses import read_mail_address, to_ascii_contact, to_ascii_domain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("desk@example.org", "desk@example.org"),
        ("Desk.Two+alerts@Example.ORG", "Desk.Two+alerts@Example.ORG"),
        ("desk@hafenblätt.example", "desk@xn--hafenbltt-12a.example"),
        ("desk@HAFENBLÄTT.example", "desk@xn--hafenbltt-12a.example"),
        ("desk@straße.example", "desk@xn--strae-oqa.example"),
        ("desk@mail.газета.example", "desk@mail.xn--80aahjj1e.example"),
        ("desk@新聞。example", "desk@xn--efvv70d.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_a_domain_in_any_script_is_the_one_that_name_servers_know(written: str, read: str) -> None:
    assert read_mail_address(written) == read


@pytest.mark.parametrize(
    "written",
    [
        *("", "desk", "@example.org", "desk@", "desk@-ä-.example", "desk@ä..example"),
        *("a b@example.org", "desk@ä b.example", "desk@example.org\r\nBcc: x@y.example", "a@b@"),
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(PydanticCustomError, match="is no mail address"):
        read_mail_address(written)


@pytest.mark.parametrize(
    "written",
    [
        "Desk <desk@example.org>",
        '"Ferry, desk" <desk@example.org> ',
        "Rédaction <desk@example.org>",
    ],
)
def test_an_address_with_a_name_before_it_is_refused_with_the_address_alone(written: str) -> None:
    with pytest.raises(PydanticCustomError, match="more than the address") as refused:
        read_mail_address(written)

    hint = (refused.value.context or {})["hint"]
    assert hint == 'write the address alone: "desk@example.org"'


def test_a_mailbox_with_an_accent_in_its_name_is_refused_by_what_is_wrong() -> None:
    with pytest.raises(PydanticCustomError, match="before the @ is not ASCII"):
        read_mail_address("josé@example.org")


@given(st.text(max_size=40), st.text(max_size=60))
def test_an_address_that_is_read_is_ascii_and_stays_as_it_is(local: str, domain: str) -> None:
    try:
        read = read_mail_address(f"{local}@{domain}")
    except PydanticCustomError:
        return

    assert read.isascii()
    assert read_mail_address(read) == read


@given(st.text(max_size=80))
def test_a_domain_that_has_no_such_form_is_left_as_it_is(domain: str) -> None:
    known = to_ascii_domain(domain)

    assert known == domain or known.isascii()


def test_recipients_senders_and_the_contact_are_read_alike() -> None:
    channel = EmailSettings(type="email", to=("desk@hafenblätt.example",))
    smtp = SmtpSettings.model_validate({"from": "monitor@hafenblätt.example"})
    fetch = FetchSettings(contact="mailto:desk@hafenblätt.example")

    assert channel.to == ("desk@xn--hafenbltt-12a.example",)
    assert smtp.from_ == "monitor@xn--hafenbltt-12a.example"
    assert fetch.contact == "mailto:desk@xn--hafenbltt-12a.example"


def test_a_web_address_as_contact_is_left_alone() -> None:
    assert to_ascii_contact("https://example.org/@desk") == "https://example.org/@desk"
    with pytest.raises(ValidationError):
        FetchSettings(contact="mailto:desk@ä b.example")
