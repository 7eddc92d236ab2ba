"""A bundle: a ZIP file with a list of the SHA-256 of all that is in it.

The same contents always give the same bytes: nothing is compressed, no clock is read. So a check
makes the bundle again from what it finds inside and compares: whatever byte was changed shows, and
where the contents tell which, they are named. Who changes a file and the list together is found by
the bundle's digest alone, which whoever made it keeps elsewhere."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

LIST = "SHA256SUMS"  # as `sha256sum --check` reads it
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the first moment that ZIP can say
_PIECE = 1 << 20
_IN_MEMORY = 1 << 24  # bytes of a bundle that is made again; more go to a file
# What a ZIP that was tampered with makes its reader raise.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)

Contents = Iterable[tuple[str, Iterable[bytes]]]


def write_bundle(target: IO[bytes], contents: Contents) -> str:
    """Writes a bundle and returns its digest: the SHA-256 of its list, in hexadecimal digits.

    Args:
        contents: names with their bytes, in pieces.
    """
    sums = ""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, pieces in contents:
            sums += f"{_add(archive, name, pieces)}  {name}\n"
        return _add(archive, LIST, [sums.encode()])


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
    """Adds a file; returns its SHA-256."""
    digest = hashlib.sha256()
    info = zipfile.ZipInfo(name, _OLDEST)
    info.create_system = 3  # else it would differ from one operating system to the next
    with archive.open(info, "w", force_zip64=True) as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def verify_bundle(path: Path, digest: str = "") -> list[str]:
    """Returns what is wrong with a bundle, a line each that names the file; nothing where it is
    as it was made.

    Args:
        digest: what `write_bundle` returned when it was made; empty where nobody kept it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            problems = list(_check_files(archive, digest))
            return problems or _check_frame(archive, path)
    # A ZIP that lies about its own parts makes the library raise what it likes.
    except (*_BROKEN, ValueError) as error:
        return [f"{path.name}: it is no whole bundle: {error}"]


def _check_files(archive: zipfile.ZipFile, digest: str) -> Iterator[str]:
    names = archive.namelist()
    if LIST not in names:
        yield f"{LIST}: it is missing, so nothing can be checked"
        return
    listed, own_digest = _read_list(archive)
    if digest and digest.strip().lower() != own_digest:
        yield f"{LIST}: it is another one than when the bundle was made"
    for name in listed.keys() - set(names):
        yield f"{name}: it is missing"
    for name in names:
        if name != LIST and (problem := _check_file(archive, name, listed.get(name))):
            yield f"{name}: {problem}"


def _read_list(archive: zipfile.ZipFile) -> tuple[dict[str, str], str]:
    """Returns the digests by name, and that of the list itself.

    Raises:
        ValueError: it is no such list.
    """
    raw = archive.read(LIST)
    lines = raw.decode("utf-8", "replace").splitlines()
    found = list(filter(None, map(_LINE.fullmatch, lines)))
    if len(found) != len(lines):
        raise ValueError(f"{LIST} has a line that is no digest with a name")
    return {match[2]: match[1] for match in found}, hashlib.sha256(raw).hexdigest()


def _check_file(archive: zipfile.ZipFile, name: str, expected: str | None) -> str:
    """Returns what is wrong with a file; empty for nothing."""
    if expected is None:
        return f"it is not in {LIST}"
    digest = hashlib.sha256()
    try:
        for piece in _iter_pieces(archive, name):
            digest.update(piece)
    except _BROKEN as error:
        return f"it is damaged: {error}"
    return "" if digest.hexdigest() == expected else "it was changed"


def _iter_pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            yield piece


def _check_frame(archive: zipfile.ZipFile, path: Path) -> list[str]:
    """Compares the bytes round the files with those of a bundle that is made of them anew."""
    names = [name for name in archive.namelist() if name != LIST]
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as anew, path.open("rb") as there:
        write_bundle(anew, ((name, _iter_pieces(archive, name)) for name in names))
        anew.seek(0)
        if _hash(anew) == _hash(there):
            return []
    return [f"{path.name}: what holds its files together was changed"]


def _hash(file: IO[bytes]) -> bytes:
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.digest()
