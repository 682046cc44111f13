"""What the Makefile runs: one command each for the whole arc, dbt alone, and what linters need.

Bad input ends in one message and exit status 2; a failed step in one message that names it and exit status 1.
"""

import argparse
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from crime_dagster.core.data_set import DataSet
from crime_dagster.core.errors import InputError, explain
from crime_dagster.core.last_refresh import list_touched, read_refresh, say_unchanged
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.settings import PICTURES, Settings, drop_foreign_variables, name_place
from crime_dagster.core.terminal import end_at_interrupt, raise_at_interrupt
from crime_dagster.core.terminal import show as _show
from crime_dagster.core.terminal import tell as _tell
from crime_dagster.core.terminal import tell_over as _tell_over
from crime_dagster.core.warehouse import link_spatial_extension, require_free
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.folder.inventory import require_files

SCORECARD = "docs/scorecard.md"
GUARDED = "crime_dagster.webserver"
# Seconds that another program may still hold the database when a command begins.
PATIENCE = 15.0


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = vars(_build_parser().parse_args(arguments))
    command = given.pop("command")
    drop_foreign_variables()
    if command is check:
        return check(**given)
    try:
        return int(command(Settings.from_environment(), **given))
    except (InputError, OSError) as error:
        print(f"\nStopped.\n{explain(error)}", file=sys.stderr)
        return 2


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crime_dagster", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="command")
    found = {}
    for name, command in COMMANDS.items():
        found[name] = commands.add_parser(name, help=(command.__doc__ or "").splitlines()[0])
        found[name].set_defaults(command=command)
    found["run"].add_argument("--force", action="store_true", help="do every step again")
    found["dev"].add_argument("--host", default="127.0.0.1", help="anyone who reaches it can start runs")
    found["dev"].add_argument("--port", default=3000, type=int)
    found["dev"].add_argument("--read-only", action="store_true", help="show everything, start and change nothing")
    found["dbt"].add_argument(
        "--select", default="", help="models to build into dev.duckdb, beside the last release's others"
    )
    found["check"].add_argument("path", help="a file, a zip archive or a folder")
    found["check"].add_argument("--json", action="store_true", dest="as_json", help="for machines")
    found["watch"].add_argument("page", help="index, explorer, maps/crimes_by_area ...")
    found["rollback"].add_argument(
        "--to", default="", metavar="RELEASE", help="its number; the one before where none is given"
    )
    found["scorecard"].add_argument("--write", action="store_true", help=f"write {SCORECARD} too")
    found["doctor"].add_argument(
        "--json", type=Path, metavar="FILE", dest="path", help="where the answers go for machines"
    )
    return parser


def run(settings: Settings, *, force: bool = False) -> int:
    """Materialise everything for the data set that something changed for; the last line names the gallery."""
    status = 0
    if force or list_touched(settings):
        _require_input(settings)
        status = _execute(settings, "refresh_monthly", force=force)
    else:
        _tell(f"{say_unchanged(settings)} There is nothing to do.")
    if status == 0:
        if lines := read_refresh(settings).get("warnings"):
            print("\n  ".join(["Warnings", *lines]))
        print(f"Gallery: {settings.published_dir / 'index.html'}")
    return status


def evaluate(settings: Settings) -> int:
    """Extended evaluation of the explanatory models, on the tables that the last run built."""
    return _execute(settings, "evaluate_models")


def scorecard(settings: Settings, *, write: bool = False) -> int:
    """Check the last run's scores against the thresholds; exit status 1 if one is missed."""
    from crime_dagster.defs.models.scorecard import describe_scorecard, judge_scores
    from crime_dagster.modelling.judge.scorecard import write_summary, write_table
    from crime_dagster.modelling.judge.verdicts import HOLDS

    said, default = settings.data_set, DataSet.place
    kind = f"made-up data ({said.place})" if said.synthetic else f"data of {said.place}" if said.is_cut else ""
    if write and kind:
        raise InputError(
            file=settings.data_dir,
            found=kind,
            expected=f"published files of {default}, whose figures {SCORECARD} holds",
            remedy="name theirs: CRIME_DATA_DIR=<folder> make scorecard WRITE=1, after make run and make evaluate",
        )
    verdicts = judge_scores(settings)
    mark = "SYNTHETIC: " if said.synthetic else ""
    print(f"{mark}the bars are {default}'s, not those of {kind}.\n" if kind else "", end="")
    print(f"{write_table(verdicts)}\n\n{write_summary(verdicts)}")
    if write:
        (settings.project_dir / SCORECARD).write_text(describe_scorecard(settings, verdicts), encoding="utf-8")
    return 0 if all(verdict.verdict == HOLDS for verdict in verdicts) else 1


def build_dbt(settings: Settings, select: str = "") -> int:
    """Land what is missing or changed, then `dbt build` with dbt's own output; or some models apart."""
    if select:
        return _develop_models(settings, select)
    _require_input(settings)
    from crime_dagster.defs.dbt.warehouse import build_project

    settings.prepare()
    with hold_warehouse(settings.warehouse_dir, _tell):
        _require_free(settings)
        # Landing works with any manifest, so `dbt build` need not parse the project a second time.
        build_project(settings, target=None)
        status = _execute(settings, "land_sources")
        if status != 0:
            return status
        link_spatial_extension(settings.warehouse_dir / "extensions")
        dbt = Path(sys.executable).with_name("dbt")
        told = ["--target", "lake"] if settings.lake else []
        return subprocess.run([str(dbt), "build", *told], cwd=settings.dbt_dir, check=False).returncode


def _develop_models(settings: Settings, select: str) -> int:
    """Build some models into a file of their own, and read all others as the last run left them."""
    state = settings.published_dir / "dbt"
    if not (state / "manifest.json").is_file():
        raise InputError(
            file=state / "manifest.json",
            found="no such file",
            expected="the manifest of the last release, which says where all other tables are",
            remedy="run `make run` first",
        )
    settings.prepare()
    _require_free(settings)
    link_spatial_extension(settings.warehouse_dir / "extensions")
    dbt = [str(Path(sys.executable).with_name("dbt")), "build", "--target", "dev", "--select", select]
    # The folder of what is compiled is another one: the next run's manifest stays as it is.
    apart = ["--defer", "--state", str(state), "--target-path", str(settings.dbt_target_dir.with_name("dev"))]
    return subprocess.run([*dbt, *apart], cwd=settings.dbt_dir, check=False).returncode


def download(settings: Settings) -> int:
    """Fetch what is new or changed from the publishers; a source that fails is named and does not stop the others."""
    # Importing an HTTP client takes a second that no other command needs.
    from crime_dagster.sources.download.places import fit_to_place
    from crime_dagster.sources.download.run import download_sources

    is_terminal = sys.stdout.isatty()
    report = download_sources(
        fit_to_place(load_catalogue(), settings.place),
        settings.download_dir,
        _tell_over if is_terminal else _tell,
        base=settings.publishers,
        show=_show if is_terminal else None,
    )
    print(f"\n{report.describe()}", file=sys.stderr if report.failed else sys.stdout)
    return 1 if report.failed else 0


def doctor(settings: Settings, path: Path | None = None) -> int:
    """Ask each publisher's address whether it still works; exit status 1 if one does not."""
    from crime_dagster.sources.doctor.run import run_doctor

    return run_doctor(settings, path, _tell)


def rollback(settings: Settings, to: str = "") -> int:
    """Republish the previous release; again, one further back."""
    from crime_dagster.defs.release.releases import roll_back

    settings.prepare()
    with hold_warehouse(settings.warehouse_dir, _tell):
        release = roll_back(settings, to)
    print(f"Republished: release {release.name}")
    print(f"Gallery: {settings.published_dir / 'index.html'}")
    return 0


def prepare(settings: Settings) -> int:
    """Make the folders and dbt's manifest, and print the folder that dbt-bouncer calls dbt's project."""
    from crime_dagster.defs.dbt.warehouse import build_project

    settings.prepare()
    build_project(settings)
    print(settings.dbt_target_dir.parent)
    return 0


def write_docs(settings: Settings) -> int:
    """Write the list of sources, dbt's source tables and exposures, the data dictionary and the model card."""
    # LightGBM and scikit-learn take seconds to import, which no other command needs before it knows its input.
    from crime_dagster.defs.models.model_card import CARD, draft_model_card
    from crime_dagster.sources.catalogue.catalogue_docs import draft_docs

    docs = draft_docs(settings.project_dir, load_catalogue()) | {CARD: draft_model_card(settings.project_dir)}
    _write(settings, docs)
    # The graph is read from dbt's manifest, and that from the source tables which were just written.
    from crime_dagster.definitions import build_defs
    from crime_dagster.defs.dbt.exposures import draft_exposures

    _write(settings, draft_exposures(build_defs(settings).resolve_asset_graph()))
    return 0


def _write(settings: Settings, docs: Mapping[Path, str]) -> None:
    for name, text in docs.items():
        (settings.project_dir / name).parent.mkdir(exist_ok=True)
        (settings.project_dir / name).write_text(text, encoding="utf-8")
        print(name)


def watch(settings: Settings, page: str) -> int:
    """Draw one page again whenever a template or the code changes; nothing is published."""
    settings.prepare()
    from crime_dagster.definitions import build_defs
    from crime_dagster.defs.automation.watch import watch_page

    return watch_page(settings, build_defs(settings), page)


def develop(settings: Settings, *, host: str, port: int, read_only: bool) -> int:
    """Dagster's UI with its daemon, for people on this machine only unless told otherwise: it asks for no password."""
    _require_port(host, port)
    settings.prepare()
    # What `dg dev` runs, with our web server in place of Dagster's.
    from dagster import DagsterInstance
    from dagster._cli import dev
    from dagster._cli.workspace.cli_target import WorkspaceOpts

    from crime_dagster.defs.runtime.state import explain_state, follow_from_now

    with explain_state(settings), DagsterInstance.get() as instance:
        follow_from_now(instance)
    start = dev.open_ipc_subprocess

    def start_guarded(command: list[str], **how: Any) -> Any:
        is_server = "dagster_webserver" in command
        served = [GUARDED if word == "dagster_webserver" else word for word in command]
        return start([*served, *(["--read-only"] if read_only and is_server else [])], **how)

    # It ends its servers when it is interrupted: left behind, a daemon would go on to start runs.
    raise_at_interrupt()
    setattr(dev, "open_ipc_subprocess", start_guarded)  # noqa: B010 the type of a module's function is fixed
    opts = WorkspaceOpts(module_name=("crime_dagster.definitions",), working_directory=str(settings.project_dir))
    dev.dev_command_impl("warning", "info", "colored", str(port), host, False, None, False, opts)
    return 0


def _require_port(host: str, port: int) -> None:
    # Otherwise Dagster would start its other processes and fail, and users would see another program's page.
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # Ignore a server that has just ended.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                file=f"{host}:{port}",
                found=f"this address cannot be used ({error.strerror}): another program, or another Dagster, has it",
                expected="a port that is free",
                remedy="end that program, or choose another port: make dev PORT=3001, "
                "or python -m crime_dagster dev --port 3001",
            ) from error


def _require_free(settings: Settings) -> None:
    """Name the program that holds the database, before dbt opens it to parse its project."""
    for database in (settings.database, settings.working_database):
        require_free(database, PATIENCE, _tell)


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

    catalogue = load_catalogue()
    if path:
        checked = check_path(Path(path), catalogue, name_place())
        print(write_json(checked) if as_json else write_text(checked, catalogue))
        return 0 if checked.is_usable else 1
    print("Name a file: make check FILE=<a file, a zip archive or a folder>", file=sys.stderr)
    return 1


def questions(settings: Settings) -> int:
    """Write the answers of the published sample into docs/questions.md."""
    from crime_dagster.defs.release.documents import QUESTIONS, draft_questions

    if settings.data_set.name != "sample":
        raise InputError(
            file=settings.data_dir,
            found="another data set than the sample",
            expected="the sample, whose answers the document shows",
            remedy="unset CRIME_DATA_DIR; the answers of other data are in published/docs/questions.md",
        )
    text = draft_questions(settings)
    (settings.project_dir / QUESTIONS).write_text(text, encoding="utf-8")
    print(QUESTIONS)
    return 0


def notebook(settings: Settings) -> int:
    """Open a copy of the published notebook in JupyterLab: a release itself is never written to."""
    from crime_dagster.defs.release.documents import copy_notebook

    return subprocess.run([sys.executable, "-m", "jupyterlab", str(copy_notebook(settings))], check=False).returncode


def _execute(settings: Settings, job_name: str, *, force: bool = False) -> int:
    settings.prepare()
    # Dagster takes seconds to import: a wrong folder is reported before that.
    from crime_dagster.definitions import load_defs
    from crime_dagster.defs.automation.execute import execute

    with hold_warehouse(settings.warehouse_dir, _tell):
        _require_free(settings)
        return execute(settings, load_defs(settings), job_name, force=force)


COMMANDS: dict[str, Callable[..., int]] = {
    "check": check,
    "dbt": build_dbt,
    "dev": develop,
    "docs": write_docs,
    "doctor": doctor,
    "download": download,
    "evaluate": evaluate,
    "notebook": notebook,
    "prepare": prepare,
    "questions": questions,
    "rollback": rollback,
    "run": run,
    "scorecard": scorecard,
    "watch": watch,
}

if __name__ == "__main__":
    end_at_interrupt()
    raise SystemExit(main())
