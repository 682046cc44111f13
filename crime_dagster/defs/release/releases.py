"""The stored releases, and rollback to an earlier one."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crime_dagster.core import files
from crime_dagster.core.errors import InputError, list_some
from crime_dagster.core.settings import Settings

MANIFEST, DATABASE = "manifest.json", "crime.duckdb"


def list_releases(releases: Path) -> list[Path]:
    """Return complete releases, oldest first; partial ones of a killed run have another kind of name."""
    if not releases.is_dir():
        return []
    return sorted(
        (folder for folder in releases.iterdir() if folder.name.isdigit()), key=lambda folder: int(folder.name)
    )


def name_next_release(releases: Path) -> Path:
    """Return the path of the next release: numbers increase and are not reused while a release is kept."""
    releases.mkdir(parents=True, exist_ok=True)
    return releases / f"{max((int(folder.name) for folder in list_releases(releases)), default=0) + 1:06d}"


def find_damage(release: Path) -> list[str]:
    """Return the differences between a release and its manifest; empty if it is intact."""
    if not (release / MANIFEST).is_file():
        return [f"{MANIFEST} is missing"]
    listed = files.read_json(release / MANIFEST).get("files")
    if not isinstance(listed, dict):
        return [f"{MANIFEST} cannot be read"]
    return files.find_damage(listed, release, "published")


def read_whole(release: Path) -> dict[str, Any] | None:
    """Return the manifest of an intact release, else None."""
    if find_damage(release):
        return None
    return files.read_json(release / MANIFEST)


def point_to(link: Path, release: Path) -> None:
    """Point the symlink `link` (the published folder, if any) to `release`, in a folder beside the link, atomically."""
    partial = link.with_name(f".{link.name}.partial")
    partial.unlink(missing_ok=True)
    partial.symlink_to(Path(release.parent.name) / release.name, target_is_directory=True)
    partial.replace(link)


def roll_back(settings: Settings, to: str = "") -> Path:
    """Publish the previous release, or that with the number `to`, and return it; repeated calls go back further.

    The abandoned release stays, and the next refresh publishes a new one after the newest. Refused if nothing is
    published, no such release is kept, or it was damaged.
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
    """Return the remedy for a damaged release: the next intact one before it."""
    whole = next((one.name for one in releases if not find_damage(one)), None)
    return f"`make rollback TO={whole}`, which is whole" if whole else "run `make run` to publish a new one"
