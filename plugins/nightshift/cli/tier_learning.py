"""`nightshift tier learn`, `import`, `decide`: outcome rows out of runs and files, and the weights trained on them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

if TYPE_CHECKING:
    from nightshift.batch.services import Services
    from nightshift.batch.tier_learning.candidates import Candidate

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")


@click.command()
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@_JSON
def learn(runs: tuple[str, ...], as_json: bool) -> None:
    """Collect the outcome rows of RUNs, train candidates on them and compare these with the weights in use.

    Without RUN: of all published runs that were not collected yet. Nothing is put in use: that is for `decide`.
    """
    from nightshift.batch.outcomes.collecting import collect, collect_all
    from nightshift.batch.services import open_services
    from nightshift.batch.tier_learning.candidates import learners
    from nightshift.batch.tier_learning.training import compare_candidates, train_candidates

    services = open_services()
    collected = [collect(services, run) for run in runs] if runs else collect_all(services)
    found = []
    for learner in learners(services):
        train_candidates(services, learner)
        found += compare_candidates(services, learner)
    if as_json:
        _write({"collected": [vars(one) for one in collected], "candidates": [_object(one) for one in found]})
        return
    for one in collected:
        click.echo(f"{one.run_id}: {one.rows:,} outcome rows, {one.sampled_rows:,} sampled, {one.graded_rows:,} graded")
    for candidate in found:
        click.echo(f"{candidate.name}: {candidate.statement}")
    if not found:
        click.echo("Nothing to train on: no new outcome rows, or too few")
    elif names := [candidate.name for candidate in found if candidate.replaces]:
        click.echo(f"Next: nightshift tier decide --adopt {names[0]} --by NAME")


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--application", help="For lines without `application`.")
@click.option("--prompt", metavar="NAME@VERSION", help="For lines without `prompt_name` and `prompt_version`.")
@click.option("--light", help="For lines without `light_model`: a model of the catalogue.")
@click.option("--premium", help="For lines without `premium_model`.")
@click.option("--sampled", is_flag=True, help="The rows were drawn as the job's rows are: they may prove something.")
def import_outcomes(
    files: tuple[Path, ...],
    application: str | None,
    prompt: str | None,
    light: str | None,
    premium: str | None,
    sampled: bool,
) -> None:
    """Take outcome rows (JSON lines, docs/tier_learning.md) from FILES. The same file is taken once."""
    from nightshift.batch.outcomes.importing import import_outcomes as take
    from nightshift.batch.services import open_services

    name, _, version = (prompt or "").partition("@")
    fields = {
        "application": application,
        "prompt_name": name,
        "prompt_version": version,
        "light_model": light,
        "premium_model": premium,
        "sampled": sampled,
    }
    services, given = open_services(), {key: value for key, value in fields.items() if value}
    for file in files:
        found = take(services, file, given)
        click.echo(f"{found.name}: {found.rows:,} outcome rows" if found.rows else f"{found.name}: was imported before")


@click.command()
@click.option("--adopt", multiple=True, metavar="CANDIDATE", help="Put these weights in use; may be given again.")
@click.option("--reject", multiple=True, metavar="CANDIDATE", help="Refuse them, or take adopted ones out of use.")
@click.option("--by", metavar="NAME", help="Who decides.")
@_JSON
def decide(adopt: tuple[str, ...], reject: tuple[str, ...], by: str | None, as_json: bool) -> None:
    """List the candidates that wait, or decide about them."""
    from nightshift.batch.services import open_services
    from nightshift.batch.tier_learning.deciding import decide as record

    services = open_services()
    if not adopt and not reject:
        _list(services, as_json)
        return
    if by is None:
        raise click.UsageError("--by NAME is needed: it is written down who has decided")
    decided = record(services, adopt=adopt, reject=reject, by=by)
    click.echo(f"{decided.adopted} adopted, {decided.rejected} rejected by {by}")


def _list(services: Services, as_json: bool) -> None:
    from nightshift.batch.tier_learning.candidates import waiting

    found = waiting(services)
    if as_json:
        _write({"candidates": [_object(candidate) for candidate in found]})
        return
    for candidate in found:
        click.echo(f"{candidate.name}: {candidate.statement or 'not compared yet: nightshift tier learn'}")
    if not found:
        click.echo("No candidate waits for a decision")


def _object(candidate: Candidate) -> dict[str, Any]:
    return {"name": candidate.name} | candidate._asdict()


def _write(content: dict[str, Any]) -> None:
    click.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2))
