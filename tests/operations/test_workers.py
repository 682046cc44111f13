"""What a run on workers does where a task ends by an error outside of its step (`make test-scale`)."""

from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.automation import executor

tasks = pytest.importorskip("dagster_celery.tasks", reason="workers need pip install '.[workers]'")
NOWHERE = Path("/nowhere")


@dg.op
def breaks() -> None:
    """A step that is never begun."""


@dg.op
def goes_on() -> int:
    return 1


@dg.op
def follows(one: int) -> int:
    return one + 1


def build_job() -> dg.JobDefinition:
    @dg.job(executor_def=executor.choose_executor(Settings(NOWHERE, NOWHERE, broker="memory://")))
    def three_steps() -> None:
        breaks()
        follows(goes_on())

    return three_steps


def test_an_error_outside_of_a_step_ends_the_run_with_its_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(*given: object, step_keys_to_execute: list[str], **more: object) -> object:
        if step_keys_to_execute == ["breaks"]:
            raise OSError("no space left in the store")
        return plan(*given, step_keys_to_execute=step_keys_to_execute, **more)

    # Tasks are done where they are submitted.
    monkeypatch.setattr(executor, "list_celery_options", lambda _: {"config_source": {"task_always_eager": True}})
    plan = tasks.create_execution_plan
    monkeypatch.setattr(tasks, "create_execution_plan", fail)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        result = dg.execute_job(dg.reconstructable(build_job), instance)
        (failure,) = result.get_step_failure_events()
        assert failure.step_key == "breaks"
        assert [event.step_key for event in result.all_events if event.is_step_success] == ["goes_on", "follows"]
        assert "no space left in the store" in str(failure.step_failure_data.error)
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        assert run.status is dg.DagsterRunStatus.FAILURE
        events = instance.all_logs(result.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
        assert [event.step_key for event in events] == ["breaks"]
