"""Which files of a release a reader reaches from its front page, by links that need no JavaScript."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LEADING = ("href", "src", "srcset")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.found += [value for name, value in attrs if name in LEADING and value]


def list_links(page: Path, release: Path) -> set[str]:
    """Files of the release that a page leads to, by their paths in it."""
    parser = _Links()
    parser.feed(page.read_text(encoding="utf-8"))
    addresses = [urlsplit(link) for link in parser.found]
    paths = [page.parent / unquote(one.path) for one in addresses if one.path and not one.scheme and not one.netloc]
    return {path.resolve().relative_to(release).as_posix() for path in paths if path.resolve().is_relative_to(release)}


def find_reached(release: Path, clicks: int, without: frozenset[str] = frozenset()) -> dict[str, int]:
    """Files by the fewest clicks that lead to them; pages in `without` are reached, and lead nowhere."""
    release = release.resolve()
    reached, newest = {"index.html": 0}, {"index.html"}
    for click in range(1, clicks + 1):
        pages = [one for one in newest if one.endswith(".html") and one not in without and (release / one).is_file()]
        newest = set().union(*(list_links(release / page, release) for page in pages)) - reached.keys()
        reached |= dict.fromkeys(newest, click)
    return reached
