"""The beginnings of files in a zip on a server."""

from __future__ import annotations

import io
import zipfile

from crime_dagster.sources.download.archives import BROKEN, WHOLE_ZIP, Archive, Archives, open_zip
from crime_dagster.sources.download.refusal import refuse
from crime_dagster.sources.download.transfer import Validators
from crime_dagster.sources.download.web import Web

HEAD = 64 * 1024
# A longer zip is not looked into if its server does not send parts.
LONGEST_WHOLE = 5_000_000


def read_members(web: Web, archives: Archives, url: str, globs: tuple[str, ...], limit: int) -> dict[str, bytes]:
    """The beginning of the newest file of each glob, by its name in the zip; nothing if that would mean a long zip."""
    archive = archives.open_in_parts(url) or _open_short(web, url)
    if archive is None:
        return {}
    # If there are several, their names begin with their month: the last one is the newest.
    members = [max(archive.choose((glob,), limit), key=lambda member: member.filename) for glob in globs]
    return {member.filename: read_member(archive, member) for member in members}


def read_member(archive: Archive, member: zipfile.ZipInfo) -> bytes:
    """The first bytes of one file, unpacked."""
    try:
        archive.prefetch(member, HEAD)
        with archive.opened.open(member) as stream:
            return stream.read(HEAD // 2)
    except BROKEN as error:
        raise refuse(archive.url, f"{member.filename} cannot be unpacked ({error})", WHOLE_ZIP) from error


def _open_short(web: Web, url: str) -> Archive | None:
    content = web.repeat(url, lambda: web.read_start(url, {}, None, LONGEST_WHOLE))
    if len(content) > LONGEST_WHOLE:
        return None
    return Archive(url, Validators(), open_zip(io.BytesIO(content), url))
