"""The executors: steps in the process of their run, none where nothing changed; or on several machines, by Celery."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import dagster as dg
from dagster._core.events import EngineEventData
from dagster._core.execution.context.system import IStepContext, PlanOrchestrationContext
from dagster._core.execution.plan.objects import StepFailureData
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.plan.step import ExecutionStep
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor
from dagster._core.system_config.objects import ResolvedRunConfig
from dagster._serdes import serialize_value
from dagster._utils.error import serializable_error_info_from_exc_info

from crime_dagster.core.last_refresh import REFRESH, list_touched, say_unchanged
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.state import forget_planned
from crime_dagster.defs.runtime.unchanged import FORCE

# Jobs whose steps are all steps of a refresh.
PARTS = (REFRESH, "land_sources", "draw_pictures", "run_scenarios")


class OneProcess(InProcessExecutor):
    """Does the steps of a run one after the other in this process.

    A job that has nothing to do since the last refresh ends at once: no asset gets an event that nothing happened to.
    """

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        """Yield the events of the steps, or one that says since when nothing has changed."""
        run = plan_context.dagster_run
        unchanged = _find_unchanged(run, plan_context) if run.job_name in PARTS else ""
        if unchanged:
            forget_planned(plan_context.instance, run.run_id)
            yield dg.DagsterEvent.engine_event(plan_context, unchanged, EngineEventData())
            return
        yield from super().execute(plan_context, execution_plan)


def _find_unchanged(run: dg.DagsterRun, context: PlanOrchestrationContext) -> str:
    """Say that there is nothing to do; empty if there may be, or a launch asked for something."""
    if run.asset_selection or run.tags.get(FORCE, "").lower() == "true":
        return ""
    # The launchpad sends every default.
    job = context.job.get_definition()
    if ResolvedRunConfig.build(job, run.run_config).ops != ResolvedRunConfig.build(job, {}).ops:
        return ""
    settings = Settings.from_environment()
    with hold_warehouse(settings.warehouse_dir, context.log.info):
        if list_touched(settings):
            return ""
        return f"{say_unchanged(settings)} No step was repeated; the tag {FORCE}: true repeats all."


@dg.executor(name="in_process", config_schema={})
def one_process_executor(_: dg.InitExecutorContext) -> OneProcess:
    """Every step in the process of its run."""
    return OneProcess(retries=RetryMode.ENABLED)


def list_celery_options(settings: Settings) -> dict[str, Any]:
    """Return what the executor and the workers must agree on: a step is done when its worker says so."""
    return {
        "broker": settings.broker,
        "backend": settings.broker,
        "config_source": {
            "task_acks_late": True,
            "task_reject_on_worker_lost": True,
            "worker_prefetch_multiplier": 1,
            "broker_transport_options": {"visibility_timeout": settings.lost_seconds},
            "broker_connection_retry_on_startup": True,
        },
    }


def choose_executor(settings: Settings) -> dg.ExecutorDefinition:
    """Return Celery's executor where there is a broker, else that of one process.

    A process per step costs 4 to 5 seconds of imports each; work in parallel happens inside the functions.
    """
    if not settings.broker:
        return one_process_executor
    return _build_workers_executor(settings)


def _build_workers_executor(settings: Settings) -> dg.ExecutorDefinition:
    # Here, as a machine without workers has no Celery.
    from dagster_celery.core_execution_loop import core_celery_execution_loop
    from dagster_celery.executor import CeleryExecutor, _submit_task

    def submit(app: Any, context: PlanOrchestrationContext, step: ExecutionStep, *told: Any) -> Any:
        result = _submit_task(app, context, step, *told)
        result.get = partial(_list_events, result.get, context.for_step(step))
        return result

    class WorkersExecutor(CeleryExecutor):
        def execute(self, context: PlanOrchestrationContext, plan: ExecutionPlan) -> Iterator[dg.DagsterEvent]:
            yield from core_celery_execution_loop(context, plan, submit)

    @dg.executor(name="celery", config_schema={}, requirements=dg.multiple_process_executor_requirements())
    def workers_executor(_: dg.InitExecutorContext) -> WorkersExecutor:
        return WorkersExecutor(retries=RetryMode.ENABLED, **list_celery_options(settings))

    return workers_executor


def _list_events(get: Callable[[], list[str]], step: IStepContext) -> list[str]:
    """Return the events of a worker's step: its failure, where the task ended by an error outside of the step.

    The loop of dagster-celery notes such an error, and then waits for ever for the events of the step.
    """
    from celery.exceptions import TaskRevokedError

    try:
        return get()
    except TaskRevokedError:
        raise
    except Exception:
        cause = StepFailureData(serializable_error_info_from_exc_info(sys.exc_info()), user_failure_data=None)
        return [serialize_value(dg.DagsterEvent.step_failure_event(step, cause))]
