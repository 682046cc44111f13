import os
import subprocess
import sys
from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import PROJECT_DIR, Settings, list_web_hosts
from tests.conftest import obey_modes


def test_defaults_are_the_sample_and_a_warehouse_of_its_name():
    settings = Settings.from_environment({})
    assert settings.data_dir == PROJECT_DIR / "data_raw" / "sample"
    assert settings.warehouse_dir == PROJECT_DIR / "warehouse" / "sample"
    assert settings.webhook_url is None
    assert settings.download_dir == PROJECT_DIR / "data_raw" / "london"


def test_the_download_folder_can_be_another():
    assert Settings.from_environment({"CRIME_DOWNLOAD_DIR": "/data/new"}).download_dir == Path("/data/new")


def test_empty_variables_count_as_not_set():
    assert Settings.from_environment(
        {"CRIME_DATA_DIR": "", "CRIME_WAREHOUSE_DIR": "", "CRIME_DOWNLOAD_DIR": ""}
    ) == Settings.from_environment({})


def test_two_data_sets_share_no_folder():
    one, other = (Settings.from_environment({"CRIME_DATA_DIR": f"/data/{name}"}) for name in ("sample", "london"))
    assert one.warehouse_dir != other.warehouse_dir
    for name in ("landing_dir", "database", "dagster_home", "dbt_target_dir", "build_dir", "published_dir"):
        assert getattr(one, name).is_relative_to(one.warehouse_dir)
        assert not getattr(other, name).is_relative_to(one.warehouse_dir)


def test_a_folder_without_marker_is_published_data_about_london(tmp_path: Path):
    said = Settings(tmp_path, tmp_path / "w").data_set
    assert (said.place, said.synthetic, said.name) == ("London", False, tmp_path.name)


def test_the_mark_of_made_up_data_travels_with_the_folder(tmp_path: Path):
    (tmp_path / "data_set.yml").write_text("place: Wex\nsynthetic: true\n")
    said = Settings(tmp_path, tmp_path / "w").data_set
    assert (said.place, said.synthetic, said.needs) == ("Wex", True, ())


def test_a_data_set_may_say_what_it_needs(tmp_path: Path):
    (tmp_path / "data_set.yml").write_text("place: Wex\nsynthetic: true\nneeds: [gla/pubs]\n")
    assert Settings(tmp_path, tmp_path / "w").data_set.needs == ("gla/pubs",)


BREAK = (
    "{starts_on: '2025-07-01', force: Wex Police, crime_type: total, title: New system, words: It counts otherwise.}"
)


def test_a_data_set_may_name_breaks_in_recording_which_are_whole(tmp_path: Path):
    path = tmp_path / "data_set.yml"
    path.write_text(f"force: Wex Police\nrecording_breaks: [{BREAK}]\n")
    (said,) = Settings(tmp_path, tmp_path / "w").data_set.recording_breaks
    assert (said["starts_on"], said["force"]) == ("2025-07-01", "Wex Police")
    wrong_days = (BREAK.replace("07-01", day) for day in ("13-01", "02-30"))
    wrong_force = BREAK.replace("Wex Police", "Wax Police")
    for wrong in (*wrong_days, wrong_force, BREAK.replace("title: New system, ", ""), "Wex Police"):
        path.write_text(f"force: Wex Police\nrecording_breaks: [{wrong}]\n")
        with pytest.raises(InputError, match="recording_breaks"):
            _ = Settings(tmp_path, tmp_path / "w").data_set


@pytest.mark.parametrize(
    ("text", "place", "partial"),
    [
        ("partial: true\n", "London", True),
        ("place: Wex\nsynthetic: true\npartial: true\n", "Wex", True),
        ("place: Wex\nsynthetic: true\n", "Wex", False),
    ],
)
def test_a_data_set_may_say_that_it_is_a_part(tmp_path: Path, text: str, place: str, partial: bool):
    (tmp_path / "data_set.yml").write_text(text)
    said = Settings(tmp_path, tmp_path / "w").data_set
    assert (said.place, said.partial) == (place, partial)


@pytest.mark.parametrize(
    "text",
    [
        "partial: 'yes'\n",
        "place: Wex\npartial: true\n",
        "place: [",
        "just words",
        "place: Wex\n",
        "place: Wex\nsynthetic: 'false'\n",
        "place: ' '\nsynthetic: true\n",
        "place: X\nsynthetic:\n",
        "place:\nsynthetic: true\n",
        "place: X\nsynthetic: true\nneeds: gla/pubs\n",
    ],
)
def test_a_damaged_marker_is_refused_and_never_taken_for_real_data(tmp_path: Path, text: str):
    (tmp_path / "data_set.yml").write_text(text)
    with pytest.raises(InputError, match=r"data_set\.yml"):
        _ = Settings(tmp_path, tmp_path / "w").data_set


@pytest.mark.parametrize("name", ["data_set.yaml", "Data_Set.yml", "dataset.yml", "data_set.yml.txt", "scenario.yml"])
def test_settings_under_a_name_that_nothing_reads_are_refused(tmp_path: Path, name: str):
    (tmp_path / name).write_text("place: Wex\nsynthetic: true\n")
    with pytest.raises(InputError, match=r"expected: (data_set|scenarios)\.yml"):
        _ = Settings(tmp_path, tmp_path / "w").data_set


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CRIME_DATADIR", "/data", "one of CRIME_DATA_DIR"),
        ("CRIME_BOROUGHS", "Camden", "one of CRIME_BOROUGH"),
        ("CRIME_DATA_DIR", "~nobody-of-that-name/data", "the home of a user"),
        ("CRIME_DATA_DIR", "/data/\udce9", r"/data/\\xe9"),
        ("CRIME_WAREHOUSE_DIR", str(PROJECT_DIR / "data_raw" / "sample" / "built"), "read as published files"),
        ("CRIME_WEBHOOK_URL", "hooks.example.org/secret", "begins with https"),
        ("CRIME_KEEP_DAYS", "10000000000", "a whole number of days"),
        ("CRIME_LAKE_DATA", "s3://crime/london", "CRIME_TARGET=lake"),
    ],
)
def test_a_variable_that_would_have_no_effect_or_a_wrong_one_is_refused(name: str, value: str, words: str):
    with pytest.raises(InputError, match=words) as refused:
        Settings.from_environment({name: value})
    assert "secret" not in str(refused.value)


def test_variables_of_tests_and_of_kubernetes_are_left_alone():
    others = {"CRIME_TEST_SEED": "1", "CRIME_UI_SERVICE_HOST": "10.0.0.1", "CRIME_UI_PORT_3000_TCP": "tcp://10.0.0.1"}
    assert Settings.from_environment(others) == Settings.from_environment({})


@pytest.mark.parametrize("value", ["http://crime.example.org", "crime.example.org:8080", "a;b", "*"])
def test_what_is_no_name_of_a_host_is_refused(value: str):
    with pytest.raises(InputError, match="CRIME_WEB_HOSTS"):
        list_web_hosts({"CRIME_WEB_HOSTS": f"one.example.org, {value}"})


def test_prepare_names_a_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in Settings(tmp_path, tmp_path).child_environment():
        monkeypatch.setenv(name, "before")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="CRIME_WAREHOUSE_DIR"):
        Settings(tmp_path, tmp_path / "file" / "warehouse").prepare()


def test_prepare_makes_the_folders_and_exports_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import os

    settings = Settings(tmp_path, tmp_path / "O'Neil & co [1]")
    for name in settings.child_environment():
        monkeypatch.setenv(name, "before")
    settings.prepare()
    assert (settings.dagster_home / "dagster.yaml").is_file()
    assert settings.landing_dir.is_dir()
    assert os.environ["CRIME_WAREHOUSE_DIR"] == str(settings.warehouse_dir)


@pytest.mark.parametrize("sign", ["#", "?", "%"])
def test_a_warehouse_whose_path_databases_would_misread_is_refused_before_anything_is_written(
    tmp_path: Path, sign: str
):
    with pytest.raises(InputError, match="CRIME_WAREHOUSE_DIR") as refused:
        Settings(tmp_path, tmp_path / f"a{sign}41b" / "warehouse").prepare()
    assert f"found:    {sign} in the path" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_what_another_project_tells_its_programs_has_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings = Settings(tmp_path / "data", tmp_path / "w")
    for name in settings.child_environment():
        monkeypatch.setenv(name, "theirs")
    for name in ("DBT_TARGET", "DBT_PROFILE", "DBT_WARN_ERROR", "MPLBACKEND"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("XDBT_TARGET", "kept")
    settings.prepare()
    left = {name: value for name, value in os.environ.items() if value == "theirs"}
    assert left == {}
    assert os.environ["DBT_PROJECT_DIR"] == str(settings.dbt_dir)
    assert os.environ["XDBT_TARGET"] == "kept"


@pytest.mark.parametrize("name", [".lock", "records", "crime.duckdb"])
def test_what_another_user_left_in_the_warehouse_is_named_before_anything_begins(tmp_path: Path, name: str):
    words = obey_modes()
    path = tmp_path / name
    if name == "records":
        path.mkdir()
    else:
        path.touch()
    path.chmod(0o555)
    prepare = (
        "import pathlib, sys; from crime_dagster.core.settings import Settings; "
        "Settings(pathlib.Path(), pathlib.Path(sys.argv[1])).prepare()"
    )
    command = [*words, sys.executable, "-c", prepare, str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    path.chmod(0o755)
    assert f"Permission denied: '{path}'" in done.stderr
    assert "run as its owner, set CRIME_WAREHOUSE_DIR to a folder of yours" in done.stderr
