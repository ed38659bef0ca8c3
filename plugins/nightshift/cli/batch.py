"""`nightshift batch ...`: run a job here, hand it to a running Airflow, follow it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nightshift.batch.services import Services

_SPEC = click.option("--spec", type=click.Path(path_type=Path), required=True, help="Job spec, YAML or JSON.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")


@click.group()
def batch() -> None:
    """Run, submit and follow batch jobs."""


@batch.command()
@_SPEC
@_JSON
@click.option("--airflow", is_flag=True, help="Run the Airflow DAG in this process instead of its steps directly.")
@click.option("--run-id", help="Name of the run [default: made from the spec's name and the time].")
def run(spec: Path, as_json: bool, airflow: bool, run_id: str | None) -> None:
    """Run a job to its end in this process. Exit code 0 only for a published run."""
    from nightshift.batch.runner import run_job
    from nightshift.batch.spec import load_spec
    from nightshift.cli.progress_line import progress_line

    job = load_spec(spec)
    name = run_id or _new_run_id(spec)
    services = _services()
    with progress_line(services, name):
        summary = _run_dag(services, job.model_dump(mode="json"), name) if airflow else run_job(services, job, name)
    _show(summary, as_json)


@batch.command()
@click.argument("run_id")
@_JSON
def resume(run_id: str, as_json: bool) -> None:
    """Continue a run that was interrupted; it picks up where it stood."""
    from nightshift.batch import runner
    from nightshift.cli.progress_line import progress_line

    services = _services()
    with progress_line(services, run_id):
        summary = runner.resume(services, run_id)
    _show(summary, as_json)


@batch.command()
@_SPEC
@_JSON
@click.option("--run-id", help="Name of the run [default: made from the spec's name and the time].")
def submit(spec: Path, as_json: bool, run_id: str | None) -> None:
    """Hand a job to a running Airflow (`nightshift up`); returns at once."""
    from nightshift.batch.spec import load_spec
    from nightshift.orchestration.airflow_api import AirflowApi

    job = load_spec(spec)
    name = run_id or _new_run_id(spec)
    with AirflowApi() as api:
        api.trigger_dag("batch_inference", name, job.model_dump(mode="json"))
    if as_json:
        click.echo(json.dumps({"run_id": name}))
    else:
        click.echo(f"submitted {name}\nfollow it: nightshift batch status {name}")


@batch.command()
@click.argument("run_id")
@_JSON
@click.option(
    "--follow", is_flag=True, help="Wait for the end, showing progress; exit code 0 only for a published run."
)
def status(run_id: str, as_json: bool, follow: bool) -> None:
    """Say how far a run is."""
    from nightshift.cli.following import follow_run

    services = _services()
    if follow:
        follow_run(services, run_id)
    state = _show_status(services, run_id, as_json)
    if follow and state != "published":
        raise SystemExit(2)


@batch.command()
@click.argument("run_id")
def cancel(run_id: str) -> None:
    """End a run that nobody wants any more: open batches are cancelled, what they did is booked, the rest released."""
    from nightshift.batch.steps.cancel import cancel as cancel_run

    cancel_run(_services(), run_id)
    click.echo(f"cancelled {run_id}")


@batch.command(name="list")
def list_runs() -> None:
    """The latest runs, newest first."""
    from sqlalchemy import select

    from nightshift.storage.tables import Run

    with _services().database.transaction() as session:
        for found in session.scalars(select(Run).order_by(Run.created_at.desc()).limit(20)):
            click.echo(f"{found.created_at:%Y-%m-%d %H:%M}  {found.state:<10}  {found.input_rows:>10,}  {found.run_id}")


def _services() -> Services:
    from nightshift.batch.services import open_services

    return open_services()


def _new_run_id(spec: Path) -> str:
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", spec.name.split(".")[0]).strip("-_")[:100]
    return f"{stem or 'run'}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"


def _run_dag(services: Services, conf: dict[str, Any], run_id: str) -> dict[str, Any]:
    from nightshift.batch.steps.settle import settle
    from nightshift.errors import ProviderUnavailable
    from nightshift.orchestration.in_process import run_dag

    finished = run_dag("batch_inference", conf, run_id)
    if finished.state != "success":
        raise ProviderUnavailable(
            f"task {finished.failed_task} failed; see {finished.log}; then: nightshift batch resume {run_id}"
        )
    return settle(services, run_id)  # settled already: only returns the summary


def _show_status(services: Services, run_id: str, as_json: bool) -> str:
    from dataclasses import asdict

    from nightshift.batch.progress import progress_of
    from nightshift.cli.progress_line import described
    from nightshift.errors import InvalidSpec

    progress = progress_of(services, run_id)
    if progress is None:
        raise InvalidSpec("no such run here", field="RUN", value=run_id, way_out="nightshift batch list shows the runs")
    if as_json:
        click.echo(json.dumps({"run_id": run_id, **asdict(progress)}))
    else:
        click.echo(f"{progress.state}: {described(progress)}")
        if progress.error:
            click.echo(progress.error)
        if progress.deadline_alert:
            click.echo(f"alert: {progress.deadline_alert}")
    return progress.state


def _show(summary: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(summary))
        return
    from nightshift.cli.summary_table import summary_table

    click.echo(summary_table(summary))
