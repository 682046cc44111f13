"""What the Makefile runs: one command each for the whole arc, dbt alone, and what linters need.

Bad input ends in one message and exit status 2; a failed step in one message that names it and exit status 1.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from crime_dagster.core.errors import InputError, explain
from crime_dagster.core.last_refresh import list_touched, read_refresh, say_unchanged
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.settings import PICTURES, Settings, drop_foreign_variables, name_place
from crime_dagster.core.terminal import end_at_interrupt, show, tell, tell_over
from crime_dagster.core.warehouse import require_free
from crime_dagster.defs.dbt.parse import parse_beside
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.folder.inventory import require_files


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = vars(_build_parser().parse_args(arguments))
    command = given.pop("command")
    drop_foreign_variables()
    try:
        return int(command(**given) if command is check else command(Settings.from_environment(), **given))
    except (InputError, OSError) as error:
        print(f"\nStopped.\n{explain(error)}", file=sys.stderr)
        return 2


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crime_dagster", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="command")
    found = {}
    for command in COMMANDS:
        name, words = command.__name__, (command.__doc__ or "").splitlines()[0]
        found[name] = commands.add_parser(name, help=words)
        found[name].set_defaults(command=command)
    found["run"].add_argument("--force", action="store_true", help="do every step again")
    found["dev"].add_argument("--host", default="127.0.0.1", help="anyone who reaches it can start runs")
    found["dev"].add_argument("--port", default=3000, type=int)
    found["dev"].add_argument("--read-only", action="store_true", help="show everything, start and change nothing")
    found["dbt"].add_argument("--select", default="", help="models for dev.duckdb, beside the last release's others")
    found["check"].add_argument("path", help="a file, a zip archive or a folder")
    found["check"].add_argument("--json", action="store_true", dest="as_json", help="for machines")
    found["watch"].add_argument("page", help="index, explorer, maps/crimes_by_area ...")
    found["rollback"].add_argument("--to", default="", metavar="RELEASE", help="its number; empty: the one before")
    found["scorecard"].add_argument("--write", action="store_true", help="write docs/scorecard.md too")
    found["doctor"].add_argument("--json", type=Path, metavar="FILE", dest="path", help="answers for machines")
    return parser


def run(settings: Settings, *, force: bool = False) -> int:
    """Materialise everything for the data set that something changed for; the last line names the gallery."""
    if not force and not list_touched(settings):
        tell(f"{say_unchanged(settings)} There is nothing to do.")
    else:
        _require_input(settings)
        if status := _execute(settings, "refresh_monthly", force=force):
            return status
    if lines := read_refresh(settings).get("warnings"):
        print("\n  ".join(["Warnings", *lines]))
    print(f"Gallery: {settings.published_dir / 'index.html'}")
    return 0


def evaluate(settings: Settings) -> int:
    """Extended evaluation of the explanatory models, on the tables that the last run built."""
    return _execute(settings, "evaluate_models")


def scorecard(settings: Settings, *, write: bool = False) -> int:
    """Check the last run's scores against the thresholds; exit status 1 if one is missed."""
    from crime_dagster.defs.models.scorecard import show_scorecard

    return 0 if show_scorecard(settings, is_kept=write) else 1


def dbt(settings: Settings, select: str = "") -> int:
    """Land what is missing or changed, then `dbt build` with dbt's own output; or some models apart."""
    from crime_dagster.defs.dbt.command import build_apart, run_dbt

    if select:
        settings.prepare()
        _require_free(settings)
        return build_apart(settings, select)
    _require_input(settings)
    from crime_dagster.defs.dbt.warehouse import build_project

    settings.prepare()
    with hold_warehouse(settings.warehouse_dir, tell):
        _require_free(settings)
        # Landing works with any manifest, so `dbt build` need not parse the project a second time.
        build_project(settings, target=None)
        target = ["--target", "lake"] if settings.lake else []
        return _execute(settings, "land_sources") or run_dbt(settings, *target)


def download(settings: Settings) -> int:
    """Fetch what is new or changed from the publishers; a source that fails is named and does not stop the others."""
    # Importing an HTTP client takes a second that no other command needs.
    from crime_dagster.sources.download.places import fit_to_place
    from crime_dagster.sources.download.run import download_sources

    wanted = fit_to_place(load_catalogue(), settings.place)
    moving = show if sys.stdout.isatty() else None
    report = download_sources(wanted, settings.download_dir, tell_over, base=settings.publishers, show=moving)
    print(f"\n{report.describe()}", file=sys.stderr if report.failed else sys.stdout)
    return 1 if report.failed else 0


def doctor(settings: Settings, path: Path | None = None) -> int:
    """Ask each publisher's address whether it still works; exit status 1 if one does not."""
    from crime_dagster.sources.doctor.run import run_doctor

    return run_doctor(settings, path, tell)


def rollback(settings: Settings, to: str = "") -> int:
    """Republish the previous release; again, one further back."""
    from crime_dagster.defs.release.releases import roll_back

    settings.prepare()
    with hold_warehouse(settings.warehouse_dir, tell):
        print(f"Republished: release {roll_back(settings, to).name}")
    print(f"Gallery: {settings.published_dir / 'index.html'}")
    return 0


def prepare(settings: Settings) -> int:
    """Make the folders and dbt's manifest, and print the folder that dbt-bouncer calls dbt's project."""
    from crime_dagster.defs.dbt.warehouse import build_project

    settings.prepare()
    build_project(settings)
    print(settings.dbt_target_dir.parent)
    return 0


def docs(settings: Settings) -> int:
    """Write the list of sources, dbt's source tables and exposures, the data dictionary and the model card."""
    # LightGBM and scikit-learn take seconds to import, which no other command needs before it knows its input.
    from crime_dagster.defs.models.model_card import CARD, draft_model_card
    from crime_dagster.sources.catalogue.catalogue_docs import draft_docs

    card = {CARD: draft_model_card(settings.project_dir)}
    _write(settings, draft_docs(settings.project_dir, load_catalogue()) | card)
    # The graph is read from dbt's manifest, and that from the source tables which were just written.
    from crime_dagster.definitions import build_defs
    from crime_dagster.defs.dbt.exposures import draft_exposures

    _write(settings, draft_exposures(build_defs(settings).resolve_asset_graph()))
    return 0


def _write(settings: Settings, texts: Mapping[Path, str]) -> None:
    for name, text in texts.items():
        path = settings.project_dir / name
        path.parent.mkdir(exist_ok=True)
        # dbt reads its project again where a file is newer.
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        print(name)


def watch(settings: Settings, page: str) -> int:
    """Draw one page again whenever a template or the code changes; nothing is published."""
    settings.prepare()
    from crime_dagster.definitions import build_defs
    from crime_dagster.defs.automation.watch import watch_page

    return watch_page(settings, build_defs(settings), page)


def dev(settings: Settings, *, host: str, port: int, read_only: bool) -> int:
    """Dagster's UI with its daemon, for people on this machine only unless told otherwise: it asks for no password."""
    from crime_dagster.defs.automation.develop import require_port, serve

    require_port(host, port)
    settings.prepare()
    return serve(settings, host, port, is_read_only=read_only)


def _require_free(settings: Settings) -> None:
    """Name the program that holds the database, before dbt opens it to parse its project."""
    for database in (settings.database, settings.working_database):
        require_free(database, say=tell)


def _require_input(settings: Settings) -> None:
    """Report problems with the folders and the settings at once, before anything is built."""
    # A path that is not a folder is reported by the next step.
    needs = settings.data_set.needs if settings.data_dir.is_dir() else ()
    require_files(load_catalogue(), settings.data_dir, needs=needs)
    if settings.boroughs or (settings.data_dir / PICTURES).is_file():
        from crime_dagster.defs.runtime.picture_settings import require_known

        require_known(settings)


def check(path: str, *, as_json: bool = False) -> int:
    """Show how a file, a zip archive or a folder would be read; exit status 1 if it would be refused."""
    from crime_dagster.sources.check.check import check_path
    from crime_dagster.sources.check.check_words import write_json, write_text

    if not path:
        print("Name a file: make check FILE=<a file, a zip archive or a folder>", file=sys.stderr)
        return 1
    checked = check_path(Path(path), load_catalogue(), name_place())
    print(write_json(checked) if as_json else write_text(checked, load_catalogue()))
    return 0 if checked.is_usable else 1


def questions(settings: Settings) -> int:
    """Write the answers of the published sample into docs/questions.md."""
    from crime_dagster.defs.release.documents import QUESTIONS, draft_questions

    _write(settings, {Path(QUESTIONS): draft_questions(settings)})
    return 0


def notebook(settings: Settings) -> int:
    """Open a copy of the published notebook in JupyterLab: a release itself is never written to."""
    from crime_dagster.defs.release.documents import copy_notebook

    return subprocess.run([sys.executable, "-m", "jupyterlab", str(copy_notebook(settings))], check=False).returncode


def _execute(settings: Settings, job_name: str, *, force: bool = False) -> int:
    settings.prepare()
    with hold_warehouse(settings.warehouse_dir, tell):
        _require_free(settings)
        # Dagster takes seconds to import: a wrong folder is reported before that, and dbt reads its project meanwhile.
        with parse_beside(settings):
            from crime_dagster.definitions import load_defs
            from crime_dagster.defs.automation.execute import execute
        return execute(settings, load_defs(settings), job_name, force=force)


COMMANDS: tuple[Callable[..., int], ...] = (
    *(check, dbt, dev, docs, doctor, download, evaluate, notebook, prepare, questions, rollback, run, scorecard, watch),
)

if __name__ == "__main__":
    end_at_interrupt()
    raise SystemExit(main())
