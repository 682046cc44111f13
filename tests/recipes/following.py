"""CONTRIBUTING's three recipes: a published file, a feature and a crime type, added to a copy of the project."""

import csv
import hashlib
from pathlib import Path

FEATURES = "dbt_project/models/marts/areas/lsoa_features"
SEEDS = "dbt_project/seeds"
STAGING = "dbt_project/models/staging/parks"
CATEGORY, CRIME_TYPE = "POSSESSION OF WEAPONS", "weapon_carrying"
MODELLED = {"is_modelled": "true"}

ENTRY = """
parks/street_trees:
  title: Street trees by small area
  landing_page: https://parks.example/trees
  download: {kind: manual, why: "made up, to follow a recipe"}
  licence: Open Government Licence v3.0
  attribution: "Source: Parks Department"
  credit: Parks Department
  vintage: "2024"
  cadence: yearly
  lsoa_vintage: "2021"
  many_files: false
  reader: table
  patterns: ["street trees*.csv"]
  columns:
    lsoa_code: {headers: [LSOA21CD], kind: lsoa_code}
    street_trees: {headers: [Trees], kind: count, unit: trees}
  unique: [lsoa_code]
  ranges:
    street_trees: [0, 5000]
"""
STAGING_MODEL = """\
select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ whole_number('street_trees') }} as street_trees,
    source_file,
    row_number
from {{ source('parks', 'street_trees') }}
"""
STAGING_WORDS = """\
models:
  - name: stg_parks__street_trees
    description: Street trees per area.
"""
FEATURE_WORDS = """\
      - name: street_trees
        data_type: double
        description: Trees along the streets of the area.
        config: {meta: {label: Street trees, unit: trees, role: feature, source: [parks/street_trees], vintage: '2024'}}
"""
CRIME_TYPE_WORDS = f"""\
      - name: crimes_{CRIME_TYPE}
        data_type: double
        description: Recorded possession of weapons in the twelve months.
        config: {{meta: {{label: Weapons, unit: crimes a year, role: target}}}}
"""
TOUCHED = {
    # A published file
    "crime_dagster/sources/catalogue/catalogue.yml",
    f"{STAGING}/_parks__models.yml",
    f"{STAGING}/stg_parks__street_trees.sql",
    # A feature
    f"{FEATURES}.sql",
    f"{FEATURES}.yml",
    # A crime type, with its column in lsoa_features.yml
    f"{SEEDS}/crime_types.csv",
    f"{SEEDS}/crime_type_categories.csv",
    # make docs
    f"{STAGING}/_parks__sources.yml",
    "docs/data-sources.md",
    "docs/model-card.md",
    "docs/data-dictionary.md",
}


def follow_recipes(project: Path, data: Path) -> None:
    """Edit a copy of the project as the recipes say, and give the data folder the new published file."""
    add_published_file(project)
    add_feature(project)
    add_crime_type(project)
    write_trees(data)


def add_published_file(project: Path) -> None:
    append(project / "crime_dagster/sources/catalogue/catalogue.yml", ENTRY)
    (project / STAGING).mkdir()
    (project / STAGING / "_parks__models.yml").write_text(STAGING_WORDS, encoding="utf-8")
    (project / STAGING / "stg_parks__street_trees.sql").write_text(STAGING_MODEL, encoding="utf-8")


def add_feature(project: Path) -> None:
    path = project / f"{FEATURES}.sql"
    sql = path.read_text(encoding="utf-8")
    head, key, rest = sql.rpartition("    lsoas.lsoa_code,\n")
    body, order, tail = rest.rpartition("order by lsoas.lsoa_code")
    assert key, "the column that the new one follows"
    assert order, "the end that the new join precedes"
    column = "    trees.street_trees::double as street_trees,\n"
    join = "left join {{ ref('stg_parks__street_trees') }} as trees on lsoas.lsoa_code = trees.lsoa_code\n"
    path.write_text(head + key + column + body + join + order + tail, encoding="utf-8")
    append(project / f"{FEATURES}.yml", FEATURE_WORDS)
    add_range(project, "street_trees: [0, 5000]")


def add_crime_type(project: Path) -> None:
    words = {"label": "Weapons", "noun_phrase": "possession of weapons", "count_noun": "weapon offences"}
    append_row(project / SEEDS / "crime_types.csv", {"crime_type": CRIME_TYPE, **words, "sort_order": "99"} | MODELLED)
    path = project / SEEDS / "crime_type_categories.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(f"{CATEGORY},other", f"{CATEGORY},{CRIME_TYPE}"), "utf-8")
    append(project / f"{FEATURES}.yml", CRIME_TYPE_WORDS)
    add_range(project, f"crimes_{CRIME_TYPE}: [0, 1000]")


def add_range(project: Path, line: str) -> None:
    path = project / f"{FEATURES}.yml"
    head, mark, tail = path.read_text(encoding="utf-8").partition("              crimes_total: [")
    assert mark, "the range that the new one precedes"
    path.write_text(f"{head}              {line}\n{mark}{tail}", encoding="utf-8")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def append_row(path: Path, row: dict[str, str]) -> None:
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(header) == set(row), "the recipe names every column of the seed"
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, header, lineterminator="\n").writerow(row)


def write_trees(data: Path) -> None:
    (tenure,) = data.rglob("*ts054*.csv")
    with tenure.open(encoding="utf-8-sig", newline="") as file:
        codes = sorted({value for row in csv.reader(file) for value in row if value.startswith("E01")})
    (data / "parks").mkdir()
    rows = [f"{code},{number}" for number, code in enumerate(codes, start=1)]
    # One count is not a number: it must be excluded, not lost.
    text = "\n".join(["LSOA21CD,Trees", *rows[:-1], f"{codes[-1]},many"]) + "\n"
    (data / "parks" / "street trees 2024.csv").write_text(text, encoding="utf-8")


def hash_files(project: Path) -> dict[str, str]:
    files = (path for path in project.rglob("*") if path.is_file())
    return {str(path.relative_to(project)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
