"""`nightshift up`, `down` and `status`: Airflow and the sandbox on this machine, as one thing."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from nightshift import settings
from nightshift.errors import NightshiftError


@click.command()
def up() -> None:
    """Start the sandbox and Airflow in the background; returns when both are ready."""
    from nightshift.orchestration import deployment
    from nightshift.orchestration.airflow_environment import ADMIN_PASSWORD, ADMIN_USER, log_folder

    try:
        sandbox_url = _start_sandbox()
        airflow = deployment.start(report=_progress)
    except NightshiftError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Airflow  {airflow.url}  user {ADMIN_USER}, password {ADMIN_PASSWORD}")
    click.echo(f"Sandbox  {sandbox_url}")
    click.echo(f"Logs     {log_folder()}")
    click.echo("Next     nightshift batch submit --spec <job.yaml>      Stop: nightshift down")


@click.command()
def down() -> None:
    """Stop the sandbox and Airflow, tasks in progress included; state and bill stay."""
    from nightshift.orchestration import deployment
    from nightshift.sandbox import control

    click.echo("Airflow  stopped" if deployment.stop() else "Airflow  was not running")
    click.echo("Sandbox  stopped" if control.stop(_sandbox_state()) else "Sandbox  was not running")


@click.command()
def status() -> None:
    """Say what runs and how it is; exit code 1 unless all of it is healthy."""
    from nightshift.orchestration import deployment
    from nightshift.sandbox import control

    airflow, sandbox = deployment.status(), control.running(_sandbox_state())
    click.echo(f"Airflow  {airflow.url}" if airflow.pid is not None else "Airflow  not running")
    for component, state in airflow.components.items():
        click.echo(f"         {component}: {state}")
    click.echo(f"Sandbox  {sandbox.url}" if sandbox is not None else "Sandbox  not running")
    raise SystemExit(0 if airflow.healthy and sandbox is not None else 1)


def _start_sandbox() -> str:
    from nightshift.sandbox import control
    from nightshift.sandbox.service import Options

    found = control.running(_sandbox_state())
    if found is None:
        _progress("Sandbox: starting")
        # Batches of runs that `nightshift down` interrupted are still wanted.
        found = control.start(_sandbox_state(), urlsplit(settings.sandbox_url()).port or 80, Options(), keep=True)
    return found.url


def _sandbox_state() -> Path:
    return settings.home() / "sandbox"


def _progress(line: str) -> None:
    click.echo(line, err=True)
