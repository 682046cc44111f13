"""Every number has a plausible range, and none is too wide to exclude anything."""

import csv
import re
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from crime_dagster.sources.catalogue.catalogue import load_catalogue

NUMERIC = ("double", "bigint", "integer")
PROJECT = Path(__file__).resolve().parents[2]
MARTS = sorted((PROJECT / "dbt_project" / "models" / "marts").rglob("*.yml"))
CATALOGUE = PROJECT / "crime_dagster" / "sources" / "catalogue" / "catalogue.yml"
ENTRIES = yaml.load(CATALOGUE.read_text(encoding="utf-8"), yaml.CSafeLoader)
# Lowest and highest value of each column in London's published files.
PUBLISHED = Path(__file__).with_name("published_figures.csv")
WIDEST = 10
NUMBERS = [
    (source.key, column) for source in load_catalogue().values() for column in source.columns if column.is_number
]


def find_mart(name: str) -> Path:
    return next(path for path in MARTS if path.stem == name)


def read_published() -> dict[tuple[str, str], tuple[float, float]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        return {
            (row["source"], row["column"]): (float(row["low"]), float(row["high"])) for row in csv.DictReader(stream)
        }


def list_explained(key: str) -> set[str]:
    """Return the globs of an entry's ranges that have a comment on their line."""
    entry = re.search(rf"(?ms)^{key}:\n(.*?)(?=^\S|\Z)", CATALOGUE.read_text(encoding="utf-8"))
    ranges = re.search(r"(?m)^  ranges:\n((?:    .*\n)+)", (entry[1] if entry else "") + "\n")
    lines = ranges[1].splitlines() if ranges else []
    return {next(iter(yaml.safe_load(line))) for line in lines if " # " in line}


def find_glob(key: str, name: str) -> str:
    return next(glob for glob in ENTRIES[key]["ranges"] if fnmatchcase(name, glob))


def test_every_numeric_column_has_a_range():
    assert [(key, column.name) for key, column in NUMBERS if column.range is None] == []


def test_published_figures_lie_in_their_ranges():
    published = read_published()
    assert len(published) > 300
    outside = [
        (key, column.name, column.range, published[key, column.name])
        for key, column in NUMBERS
        if (key, column.name) in published
        and not column.range[0] <= published[key, column.name][0] <= published[key, column.name][1] <= column.range[1]
    ]
    assert outside == []


def test_a_range_wider_than_ten_times_what_was_published_says_why():
    published = read_published()
    unexplained = []
    for key, column in NUMBERS:
        low, high = published.get((key, column.name), column.range)
        is_wide = column.range[1] - column.range[0] > WIDEST * (max(high, 0) - min(low, 0))
        if is_wide and find_glob(key, column.name) not in list_explained(key):
            unexplained.append((key, column.name, column.range, (low, high)))
    assert unexplained == []


def list_mart_columns() -> list[tuple[str, str, str, list[float]]]:
    """Return mart, numeric column, and the glob and range that apply: the longest match, as in the dbt test."""
    found = []
    for path in MARTS:
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            tests = [test["plausible_ranges"] for test in model.get("data_tests", []) if "plausible_ranges" in test]
            ranges = {glob: edges for test in tests for glob, edges in test["arguments"]["ranges"].items()}
            for column in model["columns"]:
                if column["data_type"] not in NUMERIC:
                    continue
                fitting = sorted((len(glob), glob) for glob in ranges if fnmatchcase(column["name"], glob))
                glob = fitting[-1][1] if fitting else ""
                found.append((model["name"], column["name"], glob, ranges.get(glob, [])))
    return found


def test_every_number_of_a_mart_has_a_range():
    columns = list_mart_columns()
    assert len(columns) > 250
    assert [(mart, name) for mart, name, _, edges in columns if not edges] == []


def test_what_london_published_lies_in_the_ranges_of_marts_and_fills_a_tenth_of_them():
    published = read_published()
    wrong = []
    for mart, name, glob, (lowest, highest) in list_mart_columns():
        low, high = published.get((f"marts/{mart}", name), (lowest, highest))
        text = find_mart(mart).read_text(encoding="utf-8")
        is_explained = re.search(rf"(?m)^ +'?{re.escape(glob)}'?: \[.*\]  # ", text)
        is_wide = highest - lowest > WIDEST * (max(high, 0) - min(low, 0))
        if not lowest <= low <= high <= highest or (is_wide and not is_explained):
            wrong.append((mart, name, (lowest, highest), (low, high)))
    assert wrong == []


def test_features_in_thousands_are_of_no_usual_size():
    features = yaml.safe_load(find_mart("lsoa_features").read_text(encoding="utf-8"))["models"][0]
    (usual,) = [
        test["plausible_ranges"]["arguments"]["ranges"]
        for test in features["data_tests"]
        if "share" in test.get("plausible_ranges", {}).get("arguments", {})
    ]
    published = read_published()
    known = {
        name: published["marts/lsoa_features", name] for name in usual if ("marts/lsoa_features", name) in published
    }
    assert len(known) > 8
    wrong = [name for name, (_, high) in known.items() if not high / 1000 < usual[name][0] < high]
    assert wrong == []
