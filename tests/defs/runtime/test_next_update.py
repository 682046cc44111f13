"""When pages say that newer figures are due, and whose figures these are."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime import credits
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from tests.conftest import save_marts

STREET, RELEASES = "police_uk/street_crime", "mps/lsoa_crime"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(tmp_path / "data", tmp_path)
    save_marts(found.database, data_sets="select date '2026-02-01' as last_month")
    return found


@pytest.mark.parametrize(("landed", "due"), [((STREET,), "14 June"), ((STREET, RELEASES), "21 April"), ((), "")])
def test_the_next_month_is_due_when_a_source_that_is_here_has_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, landed: tuple[str, ...], due: str
):
    monkeypatch.setattr(credits, "is_landed", lambda source, _: source.key in landed)
    days = {key: load_catalogue()[key].due_days for key in (STREET, RELEASES)}
    assert days == {STREET: (dt.date(2026, 6, 14) - dt.date(2026, 3, 31)).days, RELEASES: 21}
    said = f"Figures for March 2026 are due by {due} 2026." if due else ""
    assert credits.say_next_update(settings) == said


def test_a_licence_is_named_once_with_its_versions_and_one_without_a_version_as_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    crimes = [one for one in load_catalogue().values() if not one.context][:4]
    licences = ("Open Government Licence v3.0", "CC0", "Open Government Licence v2.0", "CC0")
    changed = {one.key: replace(one, licence=licence) for one, licence in zip(crimes, licences, strict=True)}
    monkeypatch.setattr(credits, "load_catalogue", lambda: changed)
    monkeypatch.setattr(credits, "is_landed", lambda *_: True)
    assert credits.read_credits(settings, "2021", is_model=True)[1] == "Open Government Licence v2.0 and v3.0; CC0"
