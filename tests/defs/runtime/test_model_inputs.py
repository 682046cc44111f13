from pathlib import Path

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.model_inputs import discard_model_rows


def test_only_the_named_results_of_a_crime_type_go(tmp_path: Path):
    settings = Settings(tmp_path, tmp_path / "warehouse")
    folder = settings.landing_dir / "models"
    names = (
        "explain_scores/drug",
        "forecast_year_scores/drug",
        "forecast_year_scores/total",
        "forecast_month_scores/drug",
    )
    for name in names:
        path = folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    discard_model_rows(settings, ["drug"], "forecast_year_*")
    left = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.parquet")}
    assert left == set(names) - {"forecast_year_scores/drug"}
