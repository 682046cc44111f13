"""The releases that can be published, and the way back to an earlier one."""

from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings


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


def roll_back(settings: Settings) -> Path:
    """Publish the release before the one that is published. Called again, it goes back one more.

    The release that was left stays, and the next refresh publishes a new one after the newest.

    Args:
        settings: The data set.

    Returns:
        The release that is published now.

    Raises:
        InputError: Nothing is published, or no earlier release is kept.
    """
    if not settings.published_dir.is_symlink():
        raise InputError(
            file=settings.published_dir,
            found="nothing is published",
            expected="a published release",
            remedy="run `make run` first",
        )
    current = settings.published_dir.resolve()
    earlier = [one for one in list_releases(settings.releases_dir) if int(one.name) < int(current.name)]
    if not earlier:
        raise InputError(
            file=settings.releases_dir,
            found=f"no release before {current.name}",
            expected="an earlier release that is still kept",
            remedy="run `make run` to publish a new one",
        )
    point_to(settings.published_dir, earlier[-1])
    return earlier[-1]
