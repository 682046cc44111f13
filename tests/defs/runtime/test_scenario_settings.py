"""What-ifs of a file are validated before anything is built, with line numbers."""

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime import scenario_settings
from crime_dagster.defs.runtime.scenario_settings import require_scenarios

FILE = """scenarios:
  - name: pubs and more
    feature: pubs
    change: -20%   # a fifth
  - feature: {feature}
    percentile: {percentile}
    crime_types: [{crime_type}]
"""
GOOD = {"feature": "residents", "percentile": "90", "crime_type": "theft"}


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    class Column:
        role = "feature"

        def __init__(self, name: str) -> None:
            self.name = name

    monkeypatch.setattr(scenario_settings, "read_columns", lambda *_: [Column("pubs"), Column("residents")])
    return settings


@pytest.mark.parametrize(
    ("wrong", "line", "expected"),
    [
        ({"feature": "resident"}, 5, "one of residents"),
        ({"percentile": "150"}, 6, "from 0 .* to below 100"),
        ({"crime_type": "thefts"}, 7, "one of theft"),
    ],
)
def test_what_no_data_could_answer_is_refused_by_its_line(
    settings: Settings, wrong: dict[str, str], line: int, expected: str
):
    (settings.data_dir / "scenarios.yml").write_text(FILE.format(**GOOD), encoding="utf-8")
    require_scenarios(settings)
    (settings.data_dir / "scenarios.yml").write_text(FILE.format(**GOOD | wrong), encoding="utf-8")
    with pytest.raises(InputError, match=expected) as error:
        require_scenarios(settings)
    assert str(error.value.file).endswith(f"scenarios.yml, line {line}")
