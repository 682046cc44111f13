"""What a person at a terminal sees of a run: one updating line, and warnings above it."""

import io
import logging

import dagster as dg

from crime_dagster.defs.runtime import progress
from crime_dagster.defs.runtime.progress import MovingLine, within_the_line


@dg.op
def quick(context: dg.OpExecutionContext) -> None:
    context.log.info("said in passing")


@dg.op(ins={"before": dg.In(dg.Nothing)})
def slow(context: dg.OpExecutionContext) -> None:
    context.log.warning("two rows excluded")
    with within_the_line():
        print("213 of 338 PASS a_table_is_whole")


@dg.job
def job() -> None:
    slow(before=quick())


def run(monkeypatch, capsys, lasted: dict[str, float]) -> tuple[str, str]:
    stream, seconds = io.StringIO(), iter(range(0, 1000, 10))
    line = MovingLine(stream, lasted, clock=lambda: next(seconds))
    monkeypatch.setattr(progress, "_line", [line])

    @dg.logger
    def logger(_: dg.InitLoggerContext) -> logging.Logger:
        made = logging.Logger("test")
        made.addHandler(line)
        return made

    told = dg.JobDefinition(graph_def=job.graph, logger_defs={"line": logger}, name="told")
    assert told.execute_in_process(run_config={"loggers": {"line": {}}}).success
    return stream.getvalue(), capsys.readouterr().out


def test_one_line_moves_and_a_warning_stays(monkeypatch, capsys):
    shown, printed = run(monkeypatch, capsys, {"quick": 5, "slow": 70})
    stays = [part.rpartition("\x1b[K")[2] for part in shown.split("\n")[:-1]]
    assert len(stays) == 2
    assert stays[0].endswith("slow: warning: two rows excluded")
    assert stays[1].startswith("2 steps in ")
    assert "step 1 of 2: quick, 0:10, expected 1:15 from the last run" in shown
    assert "step 2 of 2: slow" in shown
    assert "said in passing" not in shown
    assert "(213 of 338)" in shown
    assert "213 of 338" not in printed


def test_a_first_run_expects_nothing(monkeypatch, capsys):
    assert "expected" not in run(monkeypatch, capsys, {})[0]


def test_without_a_line_others_print_as_they_do(capsys):
    with within_the_line():
        print("213 of 338")
    assert capsys.readouterr().out == "213 of 338\n"
