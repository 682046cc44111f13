"""What of a checked folder would be refused, and what would be excluded and stop nothing: as a run has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Account, Claimed
from crime_dagster.sources.folder.files import require_one
from crime_dagster.sources.folder.leftovers import SHOWN_NAMES
from crime_dagster.sources.land.land import describe_empty
from crime_dagster.sources.readers.formats.reading import SourceFile


def judge_empty(claimed: Sequence[Claimed]) -> None:
    """A file with a header alone is a month that was not reported where others of its source have rows."""
    held = {one.source for one in claimed if one.account.rows_kept}
    for one in claimed:
        if one.account.rows_kept or one.account.error:
            continue
        if one.source in held:
            one.account.warnings.append(describe_empty(one.source, one.file))
        else:
            one.account.error = str(refuse_nothing(one.file, one.account, one.source))


def refuse_rivals(claimed: Sequence[Claimed], path: Path) -> None:
    """Refuse files of which nobody can tell which one counts, as a run does."""
    groups: dict[Source, list[Claimed]] = {}
    for one in claimed:
        groups.setdefault(one.source, []).append(one)
    for source, members in groups.items():
        try:
            require_one(source, [one.file for one in members], path)
        except InputError as error:
            for one in members:
                one.account.error = one.account.error or str(error)


def exclude_context(claimed: Sequence[Claimed]) -> list[str]:
    """A warning for each source for context of which a file cannot be used: it is excluded whole and stops nothing."""
    broken = {one.source: one for one in claimed if one.source.context and one.account.error}
    for one in claimed:
        if one.source in broken and not one.account.error:
            one.account.error = f"{one.file.name}: excluded with {broken[one.source].file.name}"
    return [
        f"{source.key} is for context only and would be excluded: {one.file.name} cannot be used"
        for source, one in broken.items()
    ]


def find_refusal(claimed: Sequence[Claimed], passed_over: Sequence[Account], path: Path) -> str | None:
    """Why all is refused: a file that belongs to a source cannot be used, or no file belongs to any."""
    broken = [one for one in claimed if one.account.error]
    if len(broken) < len(claimed):
        broken = [one for one in broken if not one.source.context]
    if broken:
        return _join(dict.fromkeys(str(one.account.error) for one in broken), "refused files, each for its own reason")
    if claimed:
        return None
    unknown = _join((str(account.error) for account in passed_over), "files of which none is a published file")
    return unknown or str(
        InputError(
            file=path, found="no published file", expected="files of the catalogue", remedy="see the list of sources"
        )
    )


def _join(messages: Iterable[str], of_what: str) -> str:
    """The first of many messages, and how many more there are: each file's own account has its own."""
    words = list(messages)
    if len(words) > SHOWN_NAMES:
        words[SHOWN_NAMES:] = [f"and {len(words) - SHOWN_NAMES:,} more {of_what}"]
    return "\n".join(words)


def refuse_nothing(file: SourceFile, account: Account, source: Source) -> InputError:
    """A file with rows of which none counts."""
    tally = ", ".join(f"{count} {reason}" for reason, count in account.rows_set_aside.items())
    return InputError(
        file=file.name,
        found=f"no usable row ({tally or 'no rows below the header'})",
        expected=f"rows of {source.key}",
        remedy=f"compare the file with the publisher's ({source.landing_page}) and replace it with a complete one",
    )
