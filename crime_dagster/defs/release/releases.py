"""The releases that can be published, and the way back to an earlier one."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crime_dagster.core.errors import InputError, list_some
from crime_dagster.core.files import hash_file, read_json
from crime_dagster.core.settings import Settings

MANIFEST, DATABASE = "manifest.json", "crime.duckdb"


def list_releases(releases: Path) -> list[Path]:
    """Whole releases, oldest first; what a killed run left half-made has another kind of name."""
    if not releases.is_dir():
        return []
    return sorted(
        (folder for folder in releases.iterdir() if folder.name.isdigit()), key=lambda folder: int(folder.name)
    )


def name_next_release(releases: Path) -> Path:
    """Where the next release goes: numbers rise and none is used twice while its release is kept."""
    releases.mkdir(parents=True, exist_ok=True)
    return releases / f"{max((int(folder.name) for folder in list_releases(releases)), default=0) + 1:06d}"


def find_damage(release: Path) -> list[str]:
    """What of a release is not as its manifest says, each with what is wrong; empty for a whole release."""
    if not (release / MANIFEST).is_file():
        return [f"{MANIFEST} is missing"]
    files = read_json(release / MANIFEST).get("files")
    if not isinstance(files, dict):
        return [f"{MANIFEST} cannot be read"]
    found = [(name, hash_file(release / name), digest) for name, digest in files.items()]
    return [
        f"{name} is {'missing' if now is None else 'not as it was published'}"
        for name, now, digest in found
        if now is None or now != digest
    ]


def read_whole(release: Path) -> dict[str, Any] | None:
    """The manifest of a release of which every file is as it was published; None where one is not."""
    if find_damage(release):
        return None
    return read_json(release / MANIFEST)


def point_to(link: Path, release: Path) -> None:
    """Make `link` lead to `release`; a reader finds the old release or the new one at every instant.

    Args:
        link: The published folder: a symbolic link, or nothing yet.
        release: The folder it shall lead to, in a folder beside the link.
    """
    partial = link.with_name(f".{link.name}.partial")
    partial.unlink(missing_ok=True)
    partial.symlink_to(Path(release.parent.name) / release.name, target_is_directory=True)
    partial.replace(link)


def roll_back(settings: Settings, to: str = "") -> Path:
    """Publish the release before the one that is published. Called again, it goes back one more.

    The release that was left stays, and the next refresh publishes a new one after the newest.

    Args:
        settings: The data set.
        to: Number of the release to go to; empty for the one before.

    Returns:
        The release that is published now.

    Raises:
        InputError: Nothing is published, no such release is kept, or it is not as it was published.
    """
    if not settings.published_dir.is_symlink():
        raise InputError(
            file=settings.published_dir,
            found="nothing is published",
            expected="a published release",
            remedy="run `make run` first",
        )
    current = settings.published_dir.resolve()
    kept = list_releases(settings.releases_dir)
    earlier = [one for one in kept if int(one.name) < int(current.name)]
    wanted = [one for one in kept if int(one.name) == int(to)] if to.isdecimal() else earlier[-1:] if not to else []
    if not wanted:
        raise InputError(
            file=settings.releases_dir,
            found=f"no release {to}" if to else f"no release before {current.name}",
            expected=f"a release that is still kept: {', '.join(one.name for one in kept)}",
            remedy="run `make run` to publish a new one",
        )
    if damage := find_damage(wanted[0]):
        raise InputError(
            file=wanted[0],
            found=list_some(damage),
            expected="a release as it was published; nothing was changed",
            remedy=_offer(one for one in reversed(earlier) if one != wanted[0]),
        )
    point_to(settings.published_dir, wanted[0])
    return wanted[0]


def _offer(releases: Iterable[Path]) -> str:
    """The way on from a damaged release: the next whole one before."""
    whole = next((one.name for one in releases if not find_damage(one)), None)
    return f"`make rollback TO={whole}`, which is whole" if whole else "run `make run` to publish a new one"
