"""Waits for the end of a run that Airflow works on."""

from __future__ import annotations

import time

import click

from nightshift.batch.progress import progress_of
from nightshift.batch.services import Services
from nightshift.cli.progress_line import progress_line
from nightshift.errors import Misconfigured
from nightshift.orchestration.airflow_api import AirflowApi
from nightshift.storage.tables import RunState

SECONDS = 2.0


def follow_run(services: Services, run_id: str) -> None:
    """Returns when the run is published or refused. Raises when its DAG run failed."""
    with progress_line(services, run_id), AirflowApi() as api:
        alert = None
        while not _is_over(services, run_id):
            alert = _say_once(services, run_id, alert)
            if api.dag_run("batch_inference", run_id).state == "failed" and not _is_over(services, run_id):
                raise Misconfigured(_what_failed(api, run_id))
            time.sleep(SECONDS)  # between two looks at a run that takes minutes to hours


def _say_once(services: Services, run_id: str, said: str | None) -> str | None:
    """Shows the deadline alert when it has come up; returns what was shown."""
    progress = progress_of(services, run_id)
    if said is None and progress is not None and progress.deadline_alert:
        said = progress.deadline_alert
        click.echo(f"\nalert: {said}", err=True)
    return said


def _is_over(services: Services, run_id: str) -> bool:
    progress = progress_of(services, run_id)
    return progress is not None and progress.state in (RunState.PUBLISHED, RunState.REFUSED)


def _what_failed(api: AirflowApi, run_id: str) -> str:
    failed = [task for task in api.task_instances("batch_inference", run_id) if task.state == "failed"]
    said = "; ".join(f"{task.task_id}: {api.last_error('batch_inference', run_id, task)}" for task in failed)
    return (
        f"the DAG run of {run_id} failed in Airflow: {said or 'no task says why'}. "
        f"When the cause is mended, clear the failed task: {api.url}/dags/batch_inference/runs/{run_id}"
    )
