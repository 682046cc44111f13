"""`make scorecard` on made-up data."""

import pytest

from crime_dagster import __main__ as command
from crime_dagster.core.settings import PROJECT_DIR
from crime_dagster.defs.models.scorecard import SCORECARD


def test_made_up_figures_are_not_written_into_the_scorecard(monkeypatch: pytest.MonkeyPatch, capsys):
    before = (PROJECT_DIR / SCORECARD).read_bytes()
    monkeypatch.delenv("CRIME_DATA_DIR", raising=False)
    assert command.main(["scorecard", "--write"]) == 2
    said = capsys.readouterr().err
    assert "made-up data" in said
    assert "CRIME_DATA_DIR=" in said
    assert (PROJECT_DIR / SCORECARD).read_bytes() == before
