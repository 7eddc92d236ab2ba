"""Mail addresses as people write them and as mail servers know them."""

from __future__ import annotations

import re

import idna

from monitor.settings.values import wrong

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
)
# As mail programs copy an address: Desk <desk@example.org>.
_NAMED = re.compile(r"[^<>]*<([^<>\s]+@[^<>\s]+)>\s*")
_MAILTO = "mailto:"


def read_mail_address(value: str) -> str:
    """Returns a mail address with its domain in ASCII (IDNA); only a mail shows whether it exists.

    Raises:
        PydanticCustomError: it is none, or stands for a mailbox whose name is not ASCII.
    """
    local, _, domain = value.rpartition("@")
    address = f"{local}@{to_ascii_domain(domain)}"
    if _ADDRESS.fullmatch(address):
        return address
    if named := _NAMED.fullmatch(value):
        # Mails show no names of ours but "monitor": one that is written would be lost silently.
        hint = f'write the address alone: "{named[1]}"'
        raise wrong(f"{value!r} has more than the address in it", hint)
    # Such a mailbox is reached only by servers that speak SMTPUTF8, which few do.
    if local and not local.isascii():
        raise wrong(
            f"{value!r}: what stands before the @ is not ASCII",
            "ask the mailbox for an address without accents",
        )
    raise wrong(f"{value!r} is no mail address", "write it as name@example.org")


def to_ascii_domain(domain: str) -> str:
    """Returns a domain as name servers know it; as it is where it has no such form."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain


def to_ascii_contact(contact: str) -> str:
    """Returns a contact whose mail address has its domain in ASCII; others as they are."""
    if not contact.startswith(_MAILTO):
        return contact
    local, at, domain = contact.rpartition("@")
    return f"{local}{at}{to_ascii_domain(domain)}"
