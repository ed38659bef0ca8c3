"""`nightshift tier report`: where prompts stand on their curve of cost against quality, and what moving would save."""

from __future__ import annotations

import sys
from typing import Any

import click
import orjson


@click.command()
@click.option("--application", help="Only this application.")
@click.option("--prompt", metavar="NAME[@VERSION]", help="Only this prompt.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
def report(application: str | None, prompt: str | None, as_json: bool) -> None:
    """What the prompts of the last 30 days cost, how good they are, and what another strategy would change."""
    from nightshift.batch.right_sizing.page import as_json as described
    from nightshift.batch.right_sizing.sizing import right_sizing
    from nightshift.batch.services import open_services

    found = [described(sizing) for sizing in right_sizing(open_services(), application, prompt)]
    if as_json:
        click.echo(orjson.dumps({"prompts": found}, option=orjson.OPT_INDENT_2))
        return
    if not found:
        click.echo("No run was published in the last 30 days")
    for one in found:
        _print(one)


def _print(one: dict[str, Any]) -> None:
    present = one["present"]
    sandbox = f" (sandbox: {one['sandbox']})" if one["sandbox"] else ""
    click.echo(f"{one['application']}: {one['prompt']}{sandbox}")
    click.echo(f"  models    {one['light']}, then {one['premium']}; strategy {one['strategy']}")
    click.echo(
        f"  now       ${present['usd_per_1000_asked_rows']:.4g} per 1,000 rows, "
        f"{present['premium_share']:.1%} premium, {present['asked_rows']:,} rows asked in {present['days']} days; "
        f"{_quality(present)}"
    )
    click.echo(f"  sampled   {one['cases']:,} rows, {one['graded_cases']:,} graded")
    click.echo(f"  verdict   {one['verdict']}")
    if one["here"]:
        _print_curve(one)
    click.echo()


def _quality(present: dict[str, Any]) -> str:
    if present["quality"] is None:
        return "no graded rows"
    low, high = present["quality_interval"]
    return f"{present['quality']:.1%} of {present['graded_rows']:,} graded rows right ({low:.1%} to {high:.1%})"


def _print_curve(one: dict[str, Any]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "strategy",
        "threshold",
        "quality",
        "$ per 1,000 rows",
        "premium",
        "of premium in real time",
        "waves",
        box=box.SIMPLE_HEAD,
    )
    for point in ({"name": f"now ({one['strategy']})", **one["here"]}, *one["curve"]):
        table.add_row(
            point["name"],
            "-" if point.get("threshold") is None else f"{point['threshold']:.6f}",
            f"{point['quality']:.1%}",
            f"{point['cost']:.4g}",
            f"{point['premium_share']:.1%}",
            f"{point['of_baseline']:.1%}",
            str(point["waves"]),
        )
    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(table)
