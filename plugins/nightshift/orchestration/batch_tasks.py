"""The tasks of batch_inference, named as the steps. Heavy imports are inside: DAG files import this module."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule, task

from nightshift.errors import (
    AskedElsewhere,
    Misconfigured,
    NightshiftError,
    RateLimited,
    RequestRejected,
    StateConflict,
)
from nightshift.orchestration.run_context import airflow_services, current_run_id, current_spec

if TYPE_CHECKING:
    from nightshift.batch.services import Services

log = logging.getLogger(__name__)

# A second try cannot mend what the author or the operator must mend; everything else may pass by itself.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=RequestRejected, action=RetryAction.FAIL, reason="the author of the job must mend it"),
        RetryRule(exception=Misconfigured, action=RetryAction.FAIL, reason="the operator must mend it"),
        RetryRule(
            exception=RateLimited,
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=2),
            reason="the provider asks to slow down",
        ),
        RetryRule(
            exception=StateConflict,
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=6),  # five of them outlast the longest handover of a worker elsewhere
            reason="another worker is at it",
        ),
        RetryRule(exception=NightshiftError, action=RetryAction.RETRY, reason="it may pass by itself"),
    ]
)
# 20 s, 40 s, ... 15 min: outlasts an outage of an hour and a half.
RETRYING: dict[str, Any] = {
    "retries": 10,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": RETRY_POLICY,
}

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def _ends_refused(step: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """A step that rejects the request ends the whole run: what it reserved is released before the task fails."""

    @wraps(step)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        from nightshift.batch.steps.settle import refuse

        try:
            return step(*args, **kwargs)
        except RequestRejected as error:
            refuse(airflow_services(), current_run_id(), error)
            raise

    return guarded


@task(**RETRYING)
def admit() -> list[int]:
    """Validate, resolve, index, reserve. Returns the numbers of the slices."""
    from nightshift.batch.steps.admit import admit as step
    from nightshift.batch.steps.prepare import slice_numbers

    services, run_id = airflow_services(), current_run_id()
    step(services, current_spec(), run_id)
    return slice_numbers(services, run_id)


@task(map_index_template="slice {{ task.op_kwargs['number'] }}", **RETRYING)
@_ends_refused
def prepare(number: int) -> None:
    """Screen one slice of rows."""
    from nightshift.batch.steps.prepare import Preparation, prepare_slice

    services = airflow_services()
    prepare_slice(services, Preparation.of(services, services.job(current_run_id())), number)


@task(**RETRYING)
@_ends_refused
def pack() -> list[str]:
    """Find duplicates and cached answers, plan the first wave. Returns its shard ids."""
    from airflow.sdk.exceptions import AirflowRescheduleException

    from nightshift.batch.steps.pack import pack as step

    services, run_id = airflow_services(), current_run_id()
    try:
        step(services, run_id)
    except AskedElsewhere as error:
        # Waiting for another run is no failure: it takes no retry, and no worker either.
        log.info("%s; looking again in %g s", error, error.retry_after_seconds)
        raise AirflowRescheduleException(datetime.now(UTC) + timedelta(seconds=error.retry_after_seconds)) from error
    return _shards(services, run_id, 0)


@task(trigger_rule="none_failed", **RETRYING)
@_ends_refused
def escalate(wave: int) -> list[str]:
    """Send unusable answers one tier up. Returns the shard ids of the next wave."""
    from nightshift.batch.steps.escalate import escalate as step

    services, run_id = airflow_services(), current_run_id()
    step(services, run_id, wave)
    return _shards(services, run_id, wave + 1)


@task(trigger_rule="none_failed", **RETRYING)
@_ends_refused
def publish() -> str:
    """Results in input order behind the output gate. Returns where they are."""
    from nightshift.batch.steps.publish import publish as step

    services, run_id = airflow_services(), current_run_id()
    step(services, run_id)
    return services.job(run_id).output_uri


@task(**RETRYING)
def settle() -> None:
    """Close the ledger, fill the cache, write the report."""
    from nightshift.batch.steps.settle import settle as step

    step(airflow_services(), current_run_id())


def _shards(services: Services, run_id: str, wave: int) -> list[str]:
    from nightshift.batch.steps.execute.attempts import shards_to_execute

    return shards_to_execute(services, run_id, wave)
