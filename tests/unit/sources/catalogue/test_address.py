import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import is_safe_name, parse_address
from crime_dagster.sources.catalogue.catalogue import is_named_like, load_catalogue

URL = "https://example.org/table.csv"
LAYER = "https://example.org/FeatureServer/0"


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "file", "url": URL, "members": ["*.csv"], "limit_mb": 5},
        {"kind": "datastore", "id": "exy3m", "match": ["Table*"]},
        {"kind": "arcgis", "url": LAYER, "file": "a.geojson", "query": {"where": "1=1"}},
        {"kind": "arcgis", "url": LAYER, "file": "a.csv", "join": {"url": LAYER, "key": "LSOA21CD"}},
        {"kind": "manual", "why": "by letter"},
    ],
)
def test_each_kind_of_address_is_read(given: dict):
    assert parse_address(given).kind == given["kind"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "a dictionary"),
        (URL, "a dictionary"),
        ({"url": URL}, "kind"),
        ({"kind": "ftp", "url": URL}, "not one of"),
        ({"kind": "file"}, "`url` belongs"),
        ({"kind": "file", "url": "file:///etc/passwd"}, "not an http"),
        ({"kind": "file", "url": "https://[broken"}, "not an http"),
        ({"kind": "file", "url": URL, "mirror": URL}, "mirror"),
        ({"kind": "file", "url": URL, "why": "x"}, "`why` belongs"),
        ({"kind": "file", "url": URL, "match": ["x"]}, "`match` belongs"),
        ({"kind": "file", "url": URL, "members": "*.csv"}, "download.members"),
        ({"kind": "file", "url": URL, "file": "../a.csv"}, "not a plain file name"),
        ({"kind": "file", "url": URL, "limit_mb": 0}, "limit_mb"),
        ({"kind": "file", "url": URL, "query": {"where": "1=1"}}, "belong to kind arcgis"),
        ({"kind": "datastore", "id": "exy3m"}, "`match` belongs"),
        ({"kind": "datastore", "match": ["x"]}, "`id` belongs"),
        ({"kind": "datastore", "match": ["x"], "id": 23697}, "quote what YAML reads as a number"),
        ({"kind": "datastore", "match": ["x"], "id": "../x"}, "not the identifier"),
        ({"kind": "datastore", "match": ["x"], "id": "exy3m", "url": URL}, "`url` belongs"),
        ({"kind": "file", "url": URL, "id": "exy3m"}, "`id` belongs"),
        ({"kind": "file", "url": "http://a..b/table.csv"}, "not an http"),
        ({"kind": "file", "url": f"http://{'a' * 80}.org/table.csv"}, "not an http"),
        ({"kind": "arcgis", "url": LAYER}, "ends in .csv"),
        ({"kind": "arcgis", "url": LAYER, "file": "a.csv", "join": {"url": "ftp://a/b", "key": "c"}}, "not an http"),
        ({"kind": "arcgis", "url": LAYER, "file": "a.csv", "join": {"url": LAYER}}, "key"),
        ({"kind": "manual"}, "`why` belongs"),
        ({"kind": "manual", "why": "x", "url": URL}, "`url` belongs"),
    ],
)
def test_a_malformed_address_is_refused_with_its_place(make, given: object, words: str):
    with pytest.raises(InputError, match=r"somebody/table\.download") as caught:
        make(download=given)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".hidden",
        "~$a.xlsx",
        "a/b",
        "a\\b",
        "a\0b",
        "C:a",
        "a.",
        "x" * 201,
        "a\ud800b",
        "a\u202eb",
        "a\x1bb",
    ],
)
def test_names_that_are_no_plain_file_names(name: str):
    assert not is_safe_name(name)


@pytest.mark.parametrize("name", ["Pubs.csv", "MPS LSOA Level Crime (most recent 24 months).csv", "Île, 2021-é.csv"])
def test_plain_file_names(name: str):
    assert is_safe_name(name)


def test_every_name_that_the_catalogue_gives_a_file_is_one_that_it_finds():
    named = [source for source in load_catalogue().values() if source.download.file]
    assert named
    for source in named:
        assert is_named_like(source, f"{source.publisher}/{source.download.file}"), source.key


def test_crimes_and_areas_are_fetched_without_a_hand():
    fetched = [source for source in load_catalogue().values() if source.download.kind != "manual"]
    assert {source.needed_for for source in fetched} >= {"crime", "areas"}
