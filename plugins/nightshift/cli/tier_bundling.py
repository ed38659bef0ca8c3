"""`nightshift tier bundling`: what asking several rows in one request costs in quality, and what it saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nightshift.batch.bundling.trial import Spent, Trial


def bundling_object(single_run: str, bundled_run: str) -> dict[str, Any]:
    """Compares the runs, and writes the evidence where bundling is harmless."""
    from nightshift.batch.bundling.evidence import MOST_LOSS, add_evidence, cases_needed
    from nightshift.batch.bundling.trial import compare
    from nightshift.batch.services import open_services

    found = compare(open_services(), single_run, bundled_run)
    shown = found.shown
    path = add_evidence(shown.prompt.partition("@")[0], shown) if shown.is_harmless else None
    return {
        **shown.model_dump(),
        "harmless": shown.is_harmless,
        "worst_loss": shown.worst_loss,
        "most_loss": MOST_LOSS,
        "cases_needed": cases_needed(),
        "left_in_doubt": found.alone,
        "single": _spent(found.single),
        "bundled": _spent(found.bundled),
        "saved": _saved(found),
        "evidence": None if path is None else f"include/bundling/{path.name}",
    }


def print_bundling(report: dict[str, Any]) -> None:
    single, bundled, saved = report["single"], report["bundled"], report["saved"]
    click.echo(
        f"{report['prompt']} at {report['model']}, {report['rows_per_request']} rows per request, "
        f"{report['cases']:,} graded rows that shared a request"
        + (f"; answers of the sandbox ({report['sandbox'].split()[0]})" if report["sandbox"] else "")
    )
    click.echo(f"{'':<14}{'alone':>12}{'bundled':>12}{'saved':>9}")
    for name in ("requests", "input_tokens", "output_tokens", "cost_usd"):
        form = ",.6f" if name == "cost_usd" else ","
        click.echo(f"{name:<14}{single[name]:>12{form}}{bundled[name]:>12{form}}{saved[name]:>9.1%}")
    click.echo(f"{'right':<14}{single['right']:>12,}{bundled['right']:>12,}")
    click.echo(
        f"right alone and wrong in a bundle: {report['lost']}, the other way round: {report['won']}; left in doubt and "
        f"asked alone: {report['left_in_doubt']}"
    )
    limit = (
        f"at most {report['worst_loss']:.2%} of rows lost with 95% confidence; the limit is {report['most_loss']:.0%}"
    )
    if report["harmless"]:
        click.echo(f"harmless: {limit}. Written to {report['evidence']}; jobs may now set bundle_rows")
    else:
        more = f"; it takes at least {report['cases_needed']} rows" if report["cases"] < report["cases_needed"] else ""
        click.echo(f"not shown to be harmless: {limit}{more}")


def _spent(one: Spent) -> dict[str, Any]:
    return {
        "requests": one.requests,
        "input_tokens": one.input_tokens,
        "output_tokens": one.output_tokens,
        "cost_usd": float(one.cost_usd),
        "right": one.right,
    }


def _saved(found: Trial) -> dict[str, float]:
    pairs = {name: (before, _spent(found.bundled)[name]) for name, before in _spent(found.single).items()}
    return {name: 1 - after / before if before else 0.0 for name, (before, after) in pairs.items() if name != "right"}
