"""Whether a fetched body is what its name says, and what is taken out of a zip."""

from __future__ import annotations

import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import is_safe_name
from crime_dagster.sources.download.refusal import refuse

HEAD = 4096
# What unpacking raises on bytes that are no whole zip, or are locked with a password.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, struct.error)
MOST_MEMBERS = 50_000
CHUNK = 1 << 18
TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
SHOWN = 8
WHOLE_ZIP = "a whole zip without a password"


def check_content(path: Path, name: str, url: str) -> None:
    """See that a file holds what the ending of its name says.

    Args:
        path: The file, under whatever name.
        name: The name that it will have.
        url: Where it came from, for the message.

    Raises:
        InputError: It is empty, a web page, or of another kind.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip():
        raise refuse(url, "nothing", f"{name}, with content")
    if _is_page(head):
        raise refuse(url, f"a web page ({_show(head)})", f"{name}, not a page about it or an error page")
    problem = CHECKS.get(PurePosixPath(name).suffix.lower(), _accept)(path, head)
    if problem:
        raise refuse(url, problem, f"{name}, of the kind that its name says")


def check_path(name: str, url: str) -> None:
    """See that a path of a zip stays in the folder it is unpacked in.

    Raises:
        InputError: It does not.
    """
    parts = name.rstrip("/").split("/")
    if not all(is_safe_name(part) for part in parts):
        raise refuse(url, f"a zip with the entry {name!r}", "entries that stay in their folder, with plain names")


def choose_members(opened: zipfile.ZipFile, globs: tuple[str, ...], limit: int, url: str) -> list[zipfile.ZipInfo]:
    """The files of a zip that a source is made of.

    Args:
        opened: The zip.
        globs: Which files, by their name or their path in the zip; case does not count.
        limit: Bytes that they may have together.
        url: Where the zip came from, for messages.

    Raises:
        InputError: There is none, one leads out of its folder or is there twice, or they are too large.
    """
    members = opened.infolist()
    if len(members) > MOST_MEMBERS:
        raise refuse(url, f"a zip of {len(members):,} entries", f"at most {MOST_MEMBERS:,}")
    for member in members:
        # One entry that leads elsewhere spoils the zip, whether or not it would be taken. What computers leave is none.
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in member.filename:
            raise refuse(url, f"a zip with the entry {member.filename!r}", "entries that stay in their folder")
    chosen = [member for member in members if not member.is_dir() and _is_wanted(member.filename, globs)]
    if not chosen:
        shown = ", ".join(member.filename for member in members[:SHOWN])
        raise refuse(url, f"a zip of {shown or 'nothing'}", f"files named like {' or '.join(globs)}")
    if len({member.filename.casefold() for member in chosen}) < len(chosen):
        raise refuse(url, "a zip that holds a file twice", "each file once")
    if sum(member.file_size for member in chosen) > limit:
        raise refuse(url, f"a zip of more than {limit:,} bytes unpacked", "less (`limit_mb` of the catalogue)")
    for member in chosen:
        check_path(member.filename, url)
    return chosen


def _is_wanted(name: str, globs: tuple[str, ...]) -> bool:
    folded = name.casefold()
    if PurePosixPath(folded).name.startswith(("._", ".")) or folded.startswith("__macosx"):
        return False
    return any(fnmatchcase(text, glob.casefold()) for glob in globs for text in (folded, PurePosixPath(folded).name))


def copy_member(opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, url: str) -> None:
    """Take one file out of a zip.

    Args:
        opened: The zip.
        member: Which of its files.
        path: Where it goes.
        url: Where the zip came from, for messages.

    Raises:
        InputError: It cannot be unpacked, or is larger than the zip says.
    """
    size = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with opened.open(member) as source, path.open("wb") as stream:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                # What an entry announces may be a lie; what comes out is counted.
                if size > member.file_size:
                    raise refuse(url, f"a zip whose {member.filename} is larger than announced", "an honest zip")
                stream.write(chunk)
    except InputError:
        path.unlink(missing_ok=True)
        raise
    except BROKEN as error:
        path.unlink(missing_ok=True)
        raise refuse(url, f"a zip whose {member.filename} cannot be unpacked ({error})", WHOLE_ZIP) from error


def _is_page(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in start[:1024]


def _show(head: bytes) -> str:
    return repr(head[:40].decode("utf-8", "replace"))


def _check_text_table(_: Path, head: bytes) -> str | None:
    if head.startswith(TEXT_MARKS[1:]):
        return None
    text = head.removeprefix(TEXT_MARKS[0]).lstrip()
    if b"\0" in head or head.startswith((b"PK\x03\x04", b"\x1f\x8b", b"%PDF")):
        return f"no text ({_show(head)})"
    if text.startswith((b"<", b"{", b"[")):
        return f"no table ({_show(head)})"
    if not any(mark in head for mark in (b",", b";", b"\t", b"|")):
        return f"no columns ({_show(head)})"
    return None


def _check_zip(path: Path, _: bytes) -> str | None:
    return None if zipfile.is_zipfile(path) else "no zip, or one that was cut off"


def _check_workbook(path: Path, head: bytes) -> str | None:
    try:
        with zipfile.ZipFile(path) as opened:
            return None if "[Content_Types].xml" in opened.namelist() else "a zip, but no workbook"
    except zipfile.BadZipFile:
        return f"no workbook ({_show(head)})"


def _check_geojson(path: Path, head: bytes) -> str | None:
    try:
        said = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return f"no JSON, or JSON that was cut off ({_show(head)})"
    return None if isinstance(said, dict) and said.get("features") else "JSON without features"


def _check_json(path: Path, head: bytes) -> str | None:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return f"no JSON, or JSON that was cut off ({_show(head)})"
    return None


def _check_start(start: bytes) -> Callable[[Path, bytes], str | None]:
    return lambda _, head: None if head.startswith(start) else f"another kind of file ({_show(head)})"


def _accept(_: Path, __: bytes) -> str | None:
    return None


CHECKS: dict[str, Callable[[Path, bytes], str | None]] = {
    ".csv": _check_text_table,
    ".zip": _check_zip,
    ".xlsx": _check_workbook,
    ".ods": _check_start(b"PK\x03\x04"),
    ".parquet": _check_start(b"PAR1"),
    ".geojson": _check_geojson,
    ".json": _check_json,
    ".gz": _check_start(b"\x1f\x8b"),
    ".gpkg": _check_start(b"SQLite format 3\0"),
    ".shp": _check_start(b"\x00\x00\x27\x0a"),
}
