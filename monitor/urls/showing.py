"""How an address is written for anybody: without logins, keys and what may be one."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import unquote_plus

HIDDEN = "…"  # stands for what is not shown of an address
# Parameters that are a key, a login or a signature by their name, without marks between words.
_SECRET_NAME = re.compile(
    r"token|secret|passw|passphrase|pwd|credential|signature|hmac|jwt|session|keys?$|apikey"
    r"|auth(?!ors?$|orid$|orname$)|^(?:access|code|sig|sid|hash|pass|pin|pw|otp|ticket|invite|k)$",
    re.ASCII,
)
_PUBLIC_IDS = ("channel_id", "playlist_id")
_PUBLIC_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_AUTHORITY = re.compile(r"[^/?#]*")
_KEY_IN_PATH = re.compile(
    r"(?=[^.]*\d)(?=[^.]*[A-Za-z])[A-Za-z0-9_]{24,}(?:\.[a-z]{2,5})?", re.ASCII
)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_WORD_IN_PATH = re.compile(r"[A-Za-z0-9]{4,}")
# What is written in one go: "NightFerry2025" has three, "9fK2xQ7L" has eight.
_RUN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_RANDOM_RUN_CHARS = 3  # a run of words and numbers is longer; of random characters it has two
# Of random characters in a part of a path: ids of articles have a dozen.
_MIN_KEY_CHARS = 16
_VALUE_IN_PATH = re.compile(r"([;/])([^/;:=]+)([:=])([^/;]+)")
_NOT_PLAIN = re.compile(r"""[^\w\s:.,"'()*+|/…-]""")
_NUMBERED_WORD = re.compile(r"[^\W\d_]+\d{1,4}")
_MAX_NUMBER_CHARS = 12
_MAX_WORD_CHARS = 24
_ADDRESS_IN_TEXT = re.compile(r"[a-z][a-z0-9+.-]*://[^\s'\"<>]*[^\s'\"<>.,;:!)\]]", re.IGNORECASE)
# As libpq and ODBC write logins, and as programs report them.
_PASSWORD_WORD = re.compile(r"(\b(?:ssl)?(?:password|passwd|pwd)=)(?!\s|$)[^\s&;]+", re.IGNORECASE)


def shown(url: str, *, mark: str = HIDDEN) -> str:
    """Returns an address as logs, errors, tables, mails and exports may hold it: without what may
    be a key to it. Idempotent.

    Hidden are logins (of a database the user's name stays), values of parameters that are named
    like secrets or are neither plain words nor short numbers, and random parts of the path: UUIDs,
    and others that are long.
    Whatever cannot be told apart from a password is hidden with all that follows.

    Args:
        mark: what stands for each hidden part.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, _, rest = url.partition(":")
        # A mail address, or an address that lacks its slashes.
        return f"{scheme}:{mark}" if "@" in rest else _PASSWORD_WORD.sub(rf"\1{mark}", url)
    authority = _AUTHORITY.match(rest)[0]  # type: ignore[index]  # matches every text
    is_database = not scheme.lower().endswith(("http", "https"))
    if _is_doubtful(authority, rest[len(authority) :], is_database=is_database):
        return f"{scheme}://{mark}"
    # Nothing is fetched by a fragment: where it is more than a place on the page, it is a key.
    path, query_mark, query = rest[len(authority) :].partition("#")[0].partition("?")
    return "".join(
        (
            f"{scheme}://{_show_authority(authority, mark, is_database=is_database)}",
            _show_path(path, mark),
            query_mark,
            "&".join(_show_parameter(part, mark) for part in query.split("&")),
        )
    )


def shown_in(text: str) -> str:
    """Returns a text with every address in it, and every `password=…`, as `shown` gives it."""
    if "://" not in text and "=" not in text:
        return text
    found = _ADDRESS_IN_TEXT.sub(lambda match: shown(match[0]), text)
    return _PASSWORD_WORD.sub(rf"\1{HIDDEN}", found)


def _is_doubtful(authority: str, tail: str, *, is_database: bool) -> bool:
    """Whether a login may reach beyond what looks like the host: people write passwords with "/",
    "?" and "#" unescaped.
    """
    host = authority.rpartition("@")[2]
    port = "" if "[" in host else host.partition(":")[2]
    if port and not port.isdigit():
        return True
    if is_database:
        # No database has an "@" in its name, nor a parameter; in a value it is one of the value's.
        path, _, query = tail.partition("?")
        return "@" in path or "@" in query.partition("=")[0]
    # Beside a login a second "@" may be that of the login, and the first a part of the password.
    has_login = "@" in authority
    return "@" in tail and (has_login or (bool(port) and "." not in host))


def _show_authority(authority: str, mark: str, *, is_database: bool) -> str:
    login, at, host = authority.rpartition("@")
    if not at or not is_database:
        return f"{mark}@{host}" if at else host
    user, colon, _ = login.partition(":")
    return f"{user}:{mark}@{host}" if colon else f"{user}@{host}"


def _show_path(path: str, mark: str) -> str:
    open_path = _VALUE_IN_PATH.sub(partial(_show_value, mark), path)
    return "/".join(_show_part(part, mark) for part in open_path.split("/"))


def _show_value(mark: str, found: re.Match[str]) -> str:
    before, name, sign, _ = found.groups()
    return f"{before}{name}{sign}{mark}" if _is_secret_name(name) else found[0]


def _show_part(part: str, mark: str) -> str:
    if _KEY_IN_PATH.fullmatch(part):
        return mark
    start = _find_key(part)
    # Words before it name an article or a feed.
    return part if start is None else f"{part[:start]}{mark}"


def _find_key(part: str) -> int | None:
    """Returns where a key begins in a part of a path; None without one."""
    if uuid := _UUID.search(part):
        return uuid.start()
    jumbled = [word for word in _WORD_IN_PATH.finditer(part) if _is_jumbled(word[0])]
    is_key = sum(len(word[0]) for word in jumbled) >= _MIN_KEY_CHARS
    return jumbled[0].start() if is_key else None


def _is_jumbled(word: str) -> bool:
    """Whether letters, capitals and digits alternate in a word as they do in random ones."""
    return len(word) < _RANDOM_RUN_CHARS * len(_RUN.findall(word))


def _show_parameter(parameter: str, mark: str) -> str:
    name, equals, value = parameter.partition("=")
    if not equals:
        # A word alone may be the key itself.
        return mark if name else ""
    name = name if _is_plain(name) else mark
    is_open = not value or (not _is_secret_name(name) and _is_plain(value))
    # Whose channel it is stands in it and nowhere else, and anybody may know.
    is_open = is_open or (name in _PUBLIC_IDS and _PUBLIC_ID.fullmatch(value) is not None)
    return f"{name}={value if is_open else mark}"


def _is_secret_name(name: str) -> bool:
    return _SECRET_NAME.search(re.sub(r"[\W_]", "", unquote_plus(name)).lower()) is not None


def _is_plain(text: str) -> bool:
    """Whether a value holds nothing but words and short numbers."""
    text = unquote_plus(text)
    if _NOT_PLAIN.search(text):
        return False
    return not any(map(_is_random, re.split(r"[\W_]+", text)))


def _is_random(word: str) -> bool:
    """Whether a word may be a random one: digits among letters, or too long for a word."""
    if word.isdecimal():
        return len(word) > _MAX_NUMBER_CHARS
    if len(word) > _MAX_WORD_CHARS:
        return True
    return len(word) > 3 and any(map(str.isdecimal, word)) and not _NUMBERED_WORD.fullmatch(word)
