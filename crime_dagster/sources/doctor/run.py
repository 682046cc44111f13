"""Checks each address of the catalogue: a few kilobytes of its response, compared with what is expected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import shorten
from urllib.parse import urlsplit

import httpx

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue.address import is_web_address
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.report import REPORT, Answer, Diagnosis, State, classify
from crime_dagster.sources.doctor.shapes import describe_columns, describe_workbook, judge, read_head, read_members
from crime_dagster.sources.download.archives import Archives
from crime_dagster.sources.download.client import build_client
from crime_dagster.sources.download.datastore import (
    SHORT,
    Datastore,
    find_unknown,
    list_choices,
    read_name,
    take_editions,
)
from crime_dagster.sources.download.interfaces import EVERYTHING, ServiceError, ask
from crime_dagster.sources.download.places import fit_to_place
from crime_dagster.sources.download.policy import Policy, refuse
from crime_dagster.sources.download.records import mark
from crime_dagster.sources.download.web import Web
from crime_dagster.sources.readers.formats.reading import WORKBOOKS

# These redirects mean that the address itself has changed; others are how a server finds the file.
PERMANENT = (301, 308)
# A few kilobytes arrive in seconds, or the server has a problem and is not asked for long.
BRIEFLY = Policy(
    attempts=2, longest_wait=5.0, longest_asked_wait=10.0, head_deadline=60.0, source_deadline=180.0, grace=20.0
)
SHOWN = 160


@dataclass
class Round:
    """State shared by the sources of one check; `moves` are the current source's permanent redirects, from and to."""

    web: Web
    datastore: Datastore
    archives: Archives
    moves: dict[str, str] = field(default_factory=dict)

    def note(self, response: httpx.Response) -> None:
        if response.status_code in PERMANENT:
            self.moves[str(response.url)] = str(response.url.join(response.headers.get("location", "")))


def examine(round_: Round, source: Source) -> Answer:
    """Check the address of a source; nothing that a server does raises an error."""
    address = source.download
    answer = Answer(source.key, address.kind, address.url or address.id or "", State.WORKS, "")
    round_.web.begin_source()
    round_.moves.clear()
    try:
        answer = replace(answer, found=EXAMINERS[address.kind](round_, source))
    except InputError as error:
        # Of several files the name says which it is; an address is known.
        name = "" if is_web_address(error.file) else f"{error.file}: "
        columns = tuple(error.column.split(", ")) if error.column else ()
        found, expected = f"{name}{error.found}", error.expected
        return replace(answer, state=classify(error), found=found, expected=expected, columns=columns)
    return _note_move(round_, source, answer)


def _examine_file(round_: Round, source: Source) -> str:
    address = source.download
    # The first file of a numbered address stands for all.
    url = (address.url or "").replace("{each}", str(address.each[0] if address.each is not None else ""))
    return _describe_file(round_, source, address.file or read_name(url), url)


def _describe_file(round_: Round, source: Source, name: str, url: str) -> str:
    address = source.download
    if address.members:
        found = read_members(round_.web, round_.archives, url, address.members, address.limit)
        if not found:
            return "a long zip; the server does not send parts of it, so its files were not looked at"
        return "; ".join(describe_columns(source, name, content) for name, content in found.items())
    if name.casefold().endswith(WORKBOOKS):
        return describe_workbook(round_.web, source, name, url)
    # Empty parameters would remove those of the address.
    return describe_columns(source, name, read_head(round_.web, url, address.query or None))


def _examine_data_set(round_: Round, source: Source) -> str:
    described = round_.datastore.describe(source.download.id or "")
    choices = list_choices(described, source)
    if unknown := find_unknown(described, choices, source):
        raise unknown
    newest = take_editions(choices, source)
    return "; ".join(_describe_file(round_, source, choice.name, choice.url) for choice in newest)


def _note_move(round_: Round, source: Source, answer: Answer) -> Answer:
    key = source.download.id
    if key is not None and not SHORT.fullmatch(key):
        found, expected = f"{answer.found}; described under an older address", "the identifier of five characters"
        return replace(answer, state=State.MOVED, found=found, expected=f"{expected} in the catalogue")
    # The Datastore decides where the files of a data set are.
    if not round_.moves or key is not None:
        return answer
    old, new = next(iter(round_.moves.items()))
    found = f"{answer.found}; {urlsplit(old).path} redirects permanently"
    return replace(answer, state=State.MOVED, found=found, expected="the new address in the catalogue", moved_to=new)


def _examine_layer(round_: Round, source: Source) -> str:
    """Ask for one feature of a layer, and of the layer joined to it, and check their columns."""
    address, join, url = source.download, source.download.join, source.download.url or ""
    names = _list_fields(round_.web, url, address.query)
    if join is not None:
        joined = _list_fields(round_.web, join.url, join.query)
        layers = {"the layer": names, "the joined layer": joined}
        if lacking := [which for which, found in layers.items() if join.key not in found]:
            found, expected = f"no {join.key} in {' and '.join(lacking)}", f"{join.key} in both layers"
            raise refuse(url, found, expected, column=join.key)
        names += joined
    return judge(source, address.file or "the layer", list(dict.fromkeys(names)))


def _list_fields(web: Web, url: str, query: Mapping[str, str]) -> list[str]:
    expected = f"a feature of {query.get('where') or 'the layer'}"
    ask(web, url, {"f": "json"})
    asked = {**EVERYTHING, **query, "returnGeometry": "false", "resultRecordCount": "1", "f": "geojson"}
    try:
        features = ask(web, f"{url}/query", asked).get("features")
    except ServiceError as error:
        # The layer is there, so it is the query that does not fit.
        raise refuse(url, error.found or "", expected, error.remedy) from error
    first = features[0] if isinstance(features, list) and features else None
    properties = first.get("properties") if isinstance(first, dict) else None
    if not isinstance(properties, dict):
        raise refuse(url, "no feature", expected)
    return [str(name) for name in properties]


EXAMINERS: dict[str, Callable[[Round, Source], str]] = {
    "file": _examine_file,
    "pages": _examine_file,
    "datastore": _examine_data_set,
    "arcgis": _examine_layer,
}


def check_publishers(
    catalogue: Mapping[str, Source], say: Callable[[str], object], policy: Policy = BRIEFLY, *, base: str | None = None
) -> Diagnosis:
    """Check every address of the catalogue, one after another: a host gets one request at a time.

    With `base`, a stand-in for all publishers, every line says so.
    """
    wanted = [source for source in catalogue.values() if source.download.kind != "manual"]
    by_hand = tuple(key for key, source in catalogue.items() if source.download.kind == "manual")
    asked_at = datetime.fromtimestamp(policy.now(), UTC).isoformat(timespec="seconds")

    def say_marked(text: str) -> None:
        say(mark(text, base))

    answers = []
    with (
        build_client(is_local=base is not None) as opened,
        Archives(web := Web(opened, policy, say_marked, base=base)) as archives,
    ):
        round_ = Round(web, Datastore(web), archives)
        opened.event_hooks = {"response": [round_.note]}
        for source in wanted:
            answer = examine(round_, source)
            say_marked(f"{answer.state:13}  {answer.source}: {shorten(answer.found, SHOWN)}")
            answers.append(answer)
    return Diagnosis(asked_at, tuple(answers), by_hand, base)


def run_doctor(settings: Settings, path: Path | None, say: Callable[[str], None]) -> int:
    wanted = fit_to_place(load_catalogue(), settings.place)
    report = check_publishers(wanted, say, base=settings.publishers)
    target = path or settings.warehouse_dir / REPORT
    report.write(target)
    say(mark(f"\n{report.describe()}\nFor machines: {target}", report.base))
    return report.exit_status
