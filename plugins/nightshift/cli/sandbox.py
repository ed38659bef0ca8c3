"""`nightshift sandbox ...`: a provider on this machine, for the first run, for tests and for rehearsing failures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from nightshift import settings
from nightshift.errors import Misconfigured, NightshiftError


@click.group()
def sandbox() -> None:
    """Start, stop and inspect the local provider sandbox (every provider's wire protocol, no keys, no costs)."""


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@sandbox.command()
@click.option("--replay", type=_FILE, help="JSON lines of recorded answers to serve.")
@click.option("--faults", type=_FILE, help="YAML or JSON list of faults to inject.")
@click.option("--port", type=int, help="Port to listen on [default: that of NIGHTSHIFT_SANDBOX_URL; 0: a free one].")
@click.option("--batch-seconds", type=click.FloatRange(min=0), default=0.0, help="How long a batch pretends to take.")
@click.option("--keep", is_flag=True, help="Keep files, batches and bill of the last sandbox.")
def start(replay: Path | None, faults: Path | None, port: int | None, batch_seconds: float, keep: bool) -> None:
    """Start the sandbox in the background; returns when it answers."""
    from nightshift.sandbox import control
    from nightshift.sandbox.service import Options

    options = Options(_absolute(replay), _absolute(faults), batch_seconds)
    wanted = port if port is not None else urlsplit(settings.sandbox_url()).port or 80
    try:
        found = control.running(_state())
        if found is None:
            found = control.start(_state(), wanted, options, keep=keep)
            click.echo(f"sandbox started at {found.url} (process {found.pid})")
        elif found.options == options and wanted in (0, urlsplit(found.url).port):
            click.echo(f"sandbox already runs at {found.url} with these options (process {found.pid})")
        else:
            problem = f"sandbox: it already runs at {found.url} with other options"
            raise Misconfigured(f"{problem}; way out: nightshift sandbox stop, then start again")
    except NightshiftError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f'use it:  openai.OpenAI(base_url="{found.url}/v1", api_key="sandbox")')


@sandbox.command()
def stop() -> None:
    """Stop the sandbox; its bill can still be read."""
    from nightshift.sandbox import control

    click.echo("sandbox stopped" if control.stop(_state()) else "sandbox is not running")


@sandbox.command()
def status() -> None:
    """Say whether the sandbox runs, where, and with which rules."""
    from nightshift.sandbox import control

    found = control.running(_state())
    if found is None:
        click.echo("sandbox is not running; start it with: nightshift sandbox start")
        return
    try:
        content = control.status(found)
    except OSError as error:
        raise click.ClickException(f"sandbox: process {found.pid} does not answer at {found.url}: {error}") from error
    click.echo(f"sandbox runs at {found.url}")
    for name, value in content.items():
        click.echo(f"  {name}: {json.dumps(value)}")


@sandbox.command()
@click.option("--json", "as_json", is_flag=True, help="Print the whole bill as one JSON object.")
def bill(as_json: bool) -> None:
    """Show what the sandbox served and what that costs at list prices, by its own count."""
    from nightshift.sandbox import control

    try:
        content = control.bill(_state())
    except NightshiftError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(_with_numbers(content)) if as_json else _table(content))


def _with_numbers(part: dict[str, Any]) -> dict[str, Any]:
    """The bill with costs as JSON numbers: easier to compute with; 12 decimals fit below a thousand dollars."""
    numbers: dict[str, Any] = {
        name: _with_numbers(value) if isinstance(value, dict) else value for name, value in part.items()
    }
    if "cost_usd" in numbers:
        numbers["cost_usd"] = float(numbers["cost_usd"])
    return numbers


def _table(content: dict[str, Any]) -> str:
    lines = [f"{'sandbox bill':<40}{'requests':>12}{'unique':>12}{'input':>14}{'output':>14}{'USD':>16}"]
    for name, part in [*content["by_model"].items(), ("total", content)]:
        counts = f"{part['requests']:>12,}{part['unique_requests']:>12,}"
        tokens = f"{part['input_tokens']:>14,}{part['output_tokens']:>14,}"
        lines.append(f"{name:<40}{counts}{tokens}{part['cost_usd']:>16}")
    return "\n".join(lines)


def _absolute(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())


def _state() -> Path:
    return settings.home() / "sandbox"
