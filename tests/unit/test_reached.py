"""The crawler that finds which files are linked."""

from pathlib import Path

from tests.integration.reached import find_reached


def test_links_are_followed_from_page_to_page_and_no_further_than_asked(tmp_path: Path):
    (tmp_path / "types").mkdir()
    pages = {
        "index.html": '<a href="types/a%20b.html#map">A</a> <a href="https://example.org/x.html"> <a href="#here">',
        "types/a b.html": '<img src="../map.png"><script>"c.html"</script><a href="../../outside.html">',
        "map.png": "",
    }
    for name, text in pages.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert find_reached(tmp_path, 2) == {"index.html": 0, "types/a b.html": 1, "map.png": 2}
    assert find_reached(tmp_path, 1) == {"index.html": 0, "types/a b.html": 1}
    assert "map.png" not in find_reached(tmp_path, 2, frozenset({"types/a b.html"}))
