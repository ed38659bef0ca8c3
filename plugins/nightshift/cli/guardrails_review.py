"""`nightshift guardrails review` and `dry-run`: what is held back, and what another policy would have done."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

    from nightshift.batch.dry_run import DryRun
    from nightshift.batch.policy_comparison import Change, Compared
    from nightshift.batch.review.sheet import Sheet
    from nightshift.batch.services import Services

_MOST_LISTED = 100  # the sheet has all of them
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")


@click.command()
@click.argument("run_id")
@click.option("--release", multiple=True, metavar="ID", help="Let this row continue; may be given again.")
@click.option("--reject", multiple=True, metavar="ID", help="Refuse this row for good; may be given again.")
@click.option("--release-all", is_flag=True, help="Release every row about which nothing is decided.")
@click.option("--reject-all", is_flag=True, help="Reject every row about which nothing is decided.")
@click.option("--by", metavar="NAME", help="Who decides; receipts name them.")
@click.option("--spec", type=click.Path(path_type=Path), help="Write the job spec of the released rows' run here.")
@_JSON
def review(
    run_id: str,
    release: tuple[str, ...],
    reject: tuple[str, ...],
    release_all: bool,
    reject_all: bool,
    by: str | None,
    spec: Path | None,
    as_json: bool,
) -> None:
    """List what a run holds back, or decide about it.

    Without a decision: lists the rows and writes the sheet that shows their text. Decisions are final, and count for
    all rows of the application with the same content. Released rows continue in a run of their own: give --spec.
    """
    from nightshift.batch.services import open_services

    if release_all and reject_all:
        raise click.UsageError("--release-all and --reject-all exclude each other")
    services = open_services()
    if release or reject or release_all or reject_all:
        _decide(services, run_id, release, reject, "release" if release_all else "reject" if reject_all else None, by)
    elif spec is None:
        _list(services, run_id, as_json)
    if spec is not None:
        _write_next_run(services, run_id, spec)


@click.command(name="dry-run")
@click.option("--run", "run_id", required=True, help="An earlier run; its input must still be there.")
@click.option("--policy", "name", required=True, help="A file of include/policies/guardrails/.")
@_JSON
def dry_run(run_id: str, name: str, as_json: bool) -> None:
    """Say what a guardrail policy would have done to the rows and answers of a run. Changes nothing."""
    from nightshift.batch.dry_run import dry_run as compare
    from nightshift.batch.services import open_services
    from nightshift.guardrails.policy import find_policy

    report = compare(open_services(), run_id, find_policy(name, field="--policy"))
    if as_json:
        click.echo(json.dumps(report.as_json()))
    else:
        _show_dry_run(report)


def _decide(
    services: Services, run_id: str, release: tuple[str, ...], reject: tuple[str, ...], rest: str | None, by: str | None
) -> None:
    from nightshift.batch.review.decisions import decide, open_ids
    from nightshift.batch.review.held_back import held_back

    if by is None:
        raise click.UsageError("--by NAME is needed: receipts say who has decided")
    named = {*release, *reject}
    others = [one for one in open_ids(held_back(services, run_id)) if one not in named] if rest else []
    decided = decide(
        services,
        run_id,
        release=[*release, *(others if rest == "release" else [])],
        reject=[*reject, *(others if rest == "reject" else [])],
        by=by,
    )
    click.echo(f"{run_id}: {decided.released:,} rows released, {decided.rejected:,} rejected by {by}")
    if decided.released:
        click.echo(f"They continue in a run of their own: nightshift guardrails review {run_id} --spec next.yaml")


def _list(services: Services, run_id: str, as_json: bool) -> None:
    from nightshift.batch.review.sheet import write_sheet

    sheet = write_sheet(services, run_id)
    if as_json:
        click.echo(json.dumps({"run_id": run_id, "sheet_uri": sheet.uri, "rows": _listed(sheet)}))
        return
    if sheet.rows:
        rows = [list(row.values()) for row in _listed(sheet)[:_MOST_LISTED]]
        _print(_table(("id", "row", "action", "rules", "decision"), rows))
    waiting = len(sheet.open_rows)
    click.echo(f"{len(sheet.rows):,} rows are held back in {run_id}, {waiting:,} wait for a decision")
    click.echo(f"Sheet with their text: {sheet.uri}")


def _listed(sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {
            "request_id": row.request_id,
            "row_number": row.row_number,
            "action": row.action,
            "rules": ", ".join(row.rules),
            "decision": row.told,
        }
        for row in sheet.rows
    ]


def _write_next_run(services: Services, run_id: str, path: Path) -> None:
    """One spec: rows of several decisions are written one spec per decision, each with the run's name beside it."""
    import yaml

    from nightshift.batch.review.next_run import next_runs

    waiting = next_runs(services, run_id)
    if not waiting:
        click.echo(f"No released row of {run_id} waits for a run")
    for number, item in enumerate(waiting):
        target = path if number == 0 else path.with_stem(f"{path.stem}-{number + 1}")
        target.write_text(yaml.safe_dump(item.spec.model_dump(mode="json", exclude_none=True), sort_keys=False))
        click.echo(f"Next: nightshift batch run --spec {target} --run-id {item.run_id}")


def _show_dry_run(report: DryRun) -> None:
    click.echo(f"Run {report.run_id}: policy {report.policy_before[:12]} -> {report.policy_after[:12]}")
    for direction, compared in (("input", report.input), ("output", report.output)):
        click.echo(f"{direction}: {compared.texts:,} texts, {compared.changed:,} would change")
        if compared.texts:
            _print(_actions(compared))
        if compared.before or compared.after:
            _print(_rules(compared))
    if report.unkept_answers:
        click.echo(f"{report.unkept_answers:,} answers were not kept as they came and could not be screened again")
    if report.shown:
        _print(_table(("", "id", "before", "after", "rules"), [_changed(change) for change in report.shown]))
    click.echo(f"Every change: {report.changes_uri}\nReport: {report.report_uri}")


def _changed(change: Change) -> list[str]:
    rules = dict.fromkeys(change.rules_before + change.rules_after)
    return [change.direction, change.request_id, change.before, change.after, ", ".join(rules)]


def _actions(compared: Compared) -> Table:
    rows = [[before, after, f"{count:,}"] for (before, after), count in sorted(compared.actions.items())]
    return _table(("action before", "after", "texts"), rows)


def _rules(compared: Compared) -> Table:
    rules = sorted({*compared.before, *compared.after})
    return _table(("rule", "before", "after"), [[rule, compared.before[rule], compared.after[rule]] for rule in rules])


def _table(columns: tuple[str, ...], rows: list[list[Any]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for name in columns:
        table.add_column(name)
    for row in rows:
        table.add_row(*(_printable(str(cell)) for cell in row))
    return table


def _print(table: Table) -> None:
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(table)


def _printable(cell: str) -> str:
    """Ids come out of data: no control sequence of theirs reaches the terminal, no markup of theirs the table."""
    from rich.markup import escape

    return escape("".join(sign if sign.isprintable() else "?" for sign in cell))
