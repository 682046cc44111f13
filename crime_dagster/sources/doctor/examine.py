"""One source: what its address answers, compared with what the catalogue expects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import httpx

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import Address
from crime_dagster.sources.catalogue.catalogue import is_named_like
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.answer import CHANGED, GONE, MOVED, WORKS, Answer, GoneError, ShapeError, classify
from crime_dagster.sources.doctor.heads import read_head
from crime_dagster.sources.doctor.layers import examine_layer
from crime_dagster.sources.doctor.shapes import describe_columns
from crime_dagster.sources.doctor.workbooks import WORKBOOK, describe_workbook
from crime_dagster.sources.doctor.zips import Zips
from crime_dagster.sources.download.datastore import SHORT, Datastore, read_name
from crime_dagster.sources.download.refusal import AGAIN
from crime_dagster.sources.download.releases import Choice, list_choices, take_newest, take_one
from crime_dagster.sources.download.web import Web

# Redirects that say that the address itself is another one now; the others are how a server finds the file.
FOR_GOOD = (301, 308)


@dataclass
class Round:
    """What the sources of one round share.

    Args:
        web: The client.
        datastore: What the London Datastore said.
        zips: The zips that are open.
        moves: Redirects for good that the source at hand met: from where, to where.
    """

    web: Web
    datastore: Datastore
    zips: Zips
    moves: dict[str, str] = field(default_factory=dict)

    def note(self, response: httpx.Response) -> None:
        """Keep where a response leads for good."""
        if response.status_code in FOR_GOOD:
            self.moves[str(response.url)] = str(response.url.join(response.headers.get("location", "")))


def examine(round_: Round, source: Source) -> Answer:
    """Ask the address of a source.

    Args:
        round_: What the round shares.
        source: A source that is not fetched by hand.

    Returns:
        The answer; nothing is raised for what a server does.
    """
    address = source.download
    answer = Answer(source.key, address.kind, _name_address(address), WORKS, "")
    round_.web.begin_source()
    round_.moves.clear()
    try:
        answer = replace(answer, found=EXAMINERS[address.kind](round_, source))
    except ShapeError as error:
        return replace(answer, state=CHANGED, found=error.found, expected=error.expected, columns=error.columns)
    except GoneError as error:
        return replace(answer, state=GONE, found=error.found, expected=error.expected)
    except InputError as error:
        return replace(answer, state=classify(error), found=error.found or "", expected=error.expected)
    return _note_move(round_, source, answer)


def _examine_file(round_: Round, source: Source) -> str:
    address = source.download
    url = choose_url(address)
    if address.members:
        return _examine_members(round_, source, url)
    name = address.file or read_name(url)
    return _describe_file(round_, source, name, url)


def _describe_file(round_: Round, source: Source, name: str, url: str) -> str:
    if name.casefold().endswith(WORKBOOK):
        return describe_workbook(round_.web, round_.zips, source, name, url)
    # Empty parameters would take away those of the address.
    return describe_columns(source, name, read_head(round_.web, url, source.download.query or None).content)


def _examine_members(round_: Round, source: Source, url: str) -> str:
    address = source.download
    found = round_.zips.read_members(url, address.members, address.limit)
    if not found:
        return "a zip; the server does not send parts of it, so what is in it was not looked at"
    return "; ".join(describe_columns(source, name, content) for name, content in found.items())


def _examine_data_set(round_: Round, source: Source) -> str:
    choices = _list_choices(round_, source)
    said = []
    for choice in choices:
        if source.download.members:
            said.append(_examine_members(round_, source, choice.url))
        else:
            said.append(_describe_file(round_, source, choice.name, choice.url))
    return "; ".join(said)


def _list_choices(round_: Round, source: Source) -> list[Choice]:
    try:
        described = round_.datastore.describe(source.download.id or "")
    except InputError as error:
        if error.remedy == AGAIN:
            raise
        raise GoneError(error.found or "", error.expected) from error
    try:
        found = list_choices(
            described,
            source.download,
            lambda name: is_named_like(source, f"{source.publisher}/{name}"),
            source.landing_page,
        )
        return take_newest(found) if source.many_files else [take_one(found, source.landing_page)]
    except InputError as error:
        raise ShapeError(f"the data set has {error.found}", error.expected) from error


def _examine_layer(round_: Round, source: Source) -> str:
    return examine_layer(round_.web, source)


def choose_url(address: Address) -> str:
    """The address of a source; of one that has a file per number the first, which stands for all."""
    url = address.url or ""
    return url if address.each is None else url.replace("{each}", str(address.each[0]))


def _name_address(address: Address) -> str:
    return address.url or address.id or ""


def _note_move(round_: Round, source: Source, answer: Answer) -> Answer:
    key = source.download.id
    if key is not None and not SHORT.fullmatch(key):
        words = f"{answer.found}; described under the words of an older address"
        return replace(answer, state=MOVED, found=words, expected="the identifier of five characters in the catalogue")
    # Where a data set's files lie is the Datastore's own business.
    if not round_.moves or key is not None:
        return answer
    old, new = next(iter(round_.moves.items()))
    words = f"{answer.found}; {urlsplit(old).path} leads elsewhere for good"
    return replace(answer, state=MOVED, found=words, expected="the new address in the catalogue", moved_to=new)


EXAMINERS: dict[str, Callable[[Round, Source], str]] = {
    "file": _examine_file,
    "pages": _examine_file,
    "datastore": _examine_data_set,
    "arcgis": _examine_layer,
}
