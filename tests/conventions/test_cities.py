"""No city and no police force is named in code, SQL or templates: the data set or `CRIME_PLACE` has the place."""

import ast
import re
from pathlib import Path

from crime_dagster.core.places import FORCE_ENDS, load_authorities

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE, DBT = PROJECT / "crime_dagster", PROJECT / "dbt_project"
# Part of a file, text that may name a city, and why.
ALLOWED = (
    ("core/data_set.py", "London|Metropolitan Police Service", "the default place and its force"),
    ("core/settings.py", "london", "the folder that `make download` fills by default"),
    ("core/places/", "london|westminster", "titles that publishers put before names"),
    ("dbt_project.yml", "London|Metropolitan|london", "the default place and its force; the project's name"),
    ("_exposures.yml|_sources.yml", "London", "titles of published files"),
    ("", "Europe/London|London time", "the time zone of schedules"),
    ("", "london_crime", "the name of the dbt project"),
    ("", "London Datastore|data.london.gov.uk|Transport for London", "publishers"),
    ("modelling/what_if|defs/scenarios.yml", "Panic on the streets of London", "the title of a paper"),
    (
        "modelling/judge/bars.py|downloads/templates/model_card.md.j2|__main__.py",
        "London",
        "thresholds hold for its published files",
    ),
)
WORDS = {"Reading"}  # names that are words too


def list_names() -> list[str]:
    found = {"London"}
    for one in load_authorities():
        found |= {one.short, one.county, FORCE_ENDS.sub("", one.force)}
    return sorted(found - WORDS - {""}, key=len, reverse=True)


NAMES = re.compile(rf"\b(?:{'|'.join(map(re.escape, list_names()))}|london)\b")


def list_literals(path: Path) -> list[str]:
    """Strings of a module without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {
        id(one.body[0].value)
        for one in ast.walk(tree)
        if isinstance(one, parents) and isinstance(one.body[0], ast.Expr)
    }
    return [
        one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in docs
    ]


def read_sql(path: Path) -> list[str]:
    return [re.sub(r"--[^\n]*|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)]


def test_no_city_is_named_but_where_it_has_to_be():
    found = []
    texts = [(path, list_literals(path)) for path in sorted(PACKAGE.rglob("*.py"))]
    texts += [(path, read_sql(path)) for path in sorted(DBT.rglob("*.sql"))]
    texts += [(path, [path.read_text(encoding="utf-8")]) for path in sorted(PACKAGE.rglob("*.j2"))]
    texts += [
        (path, [path.read_text(encoding="utf-8")]) for path in sorted(PACKAGE.glob("drawing/*/templates/**/*.js"))
    ]
    assert len(texts) > 400, "the code has moved"
    for path, strings in texts:
        allowed = [words for part, words, _ in ALLOWED if re.search(part, str(path.relative_to(PROJECT)))]
        for text in strings:
            bare = re.sub("|".join(allowed), "", text)
            found += [
                f"{path.relative_to(PROJECT)}: {match[0]} in {text[max(0, match.start() - 40) :][:120]!r}"
                for match in NAMES.finditer(bare)
            ]
    assert found == [], "name the place by its data set, or add the reason to ALLOWED"
