"""`nightshift tier`: what escalation gains, learnt from outcomes; and the cheapest way to a quality."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from nightshift.cli.json_lines import Source, numbered_lines
from nightshift.cli.share_range import ShareRange
from nightshift.cli.standard_streams import InputFile, standard_output
from nightshift.cli.tier_learning import decide, import_outcomes, learn
from nightshift.cli.tier_right_sizing import report
from nightshift.tiering.answers.comparators import Comparator

if TYPE_CHECKING:
    from nightshift.cli.tier_cases import Gathered

_ROWS = click.argument("rows", nargs=-1, required=True, type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
_MODEL = click.option(
    "--model", "model_file", type=click.Path(path_type=Path), help="Another difficulty model than the one in use."
)


@click.group()
def tier() -> None:
    """Which rows need the premium model, and what it takes to know."""


for command in (learn, import_outcomes, decide, report):
    tier.add_command(command)


@tier.command()
@_ROWS
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Folder; by default include/tiering.")
@click.option("--even-if-worse", is_flag=True, help="Replace the present model even where the new one is not better.")
@_JSON
def train(rows: tuple[Path, ...], output: Path | None, even_if_worse: bool, as_json: bool) -> None:
    """Learn from outcome ROWS (JSON lines). Only weights that beat the present ones on held-back rows replace them."""
    from nightshift.cli.tier_training import train_into
    from nightshift.tiering.weights import weights_folder

    report = train_into(rows, output or weights_folder(), even_if_worse)
    if as_json:
        _write(report)
        return
    for name, found in report["tasks"].items():
        click.echo(f"{name}: {found['statement']}")
    for name, done in report["weights"].items():
        click.echo(f"{name}: {done['reason']}")


@tier.command()
@_MODEL
@click.argument("source", type=InputFile(), default="-")
def score(model_file: Path | None, source: Source) -> None:
    """Read JSON lines {"id", "prompt"} and write {"id", "difficulty"}, 0 to 1, in order, as they come.

    Optional: what names the task of outcome rows, for what was learnt about it alone. A line that cannot be read has
    difficulty null and says why in `error`; the exit code is 0 all the same.
    """
    from nightshift.cli.tier_scoring import scored
    from nightshift.tiering.difficulty.model import load_model

    output = standard_output()
    model, unreadable = load_model(model_file), 0
    for lines in numbered_lines(source):
        for answer in scored(model, lines):
            unreadable += "error" in answer
            output.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
        output.flush()
    if unreadable:
        click.echo(f"nightshift: {unreadable} lines could not be read; see their `error`", err=True)


def _cases_options(command: Any) -> Any:
    for option in (
        click.option("--light", default="gpt-4o-mini-2024-07-18", show_default=True, help="A model of the catalogue, "
                     "or dollars per million input/output tokens: 0.075/0.3"),
        click.option("--premium", default="gpt-4o-2024-08-06", show_default=True, help="As --light."),
        click.option("--baseline", help="Premium in real time, as --light; by default the premium model's own price, "
                     "or twice the dollars given for it."),
        click.option("--opinion", "opinions", multiple=True, help="As --light, once per further cheap model, in the "
                     "order of the rows' opinions; a name that they name is its own price."),
        click.option("--comparator", default=Comparator.NUMERIC.value, show_default=True,
                     help=f"When two answers agree: {', '.join(Comparator)}."),
        _MODEL,
        _JSON,
    ):  # fmt: skip
        command = option(command)
    return command


@tier.command()
@_ROWS
@_cases_options
@click.option("--quality", type=ShareRange(0, 1, min_open=True), required=True, help="Share of right answers.")
@click.option("--of-premium", is_flag=True, help="--quality is the share of rows no worse than premium's.")
@click.option("--confidence", type=ShareRange(0.5, 1, max_open=True), default=0.95, show_default=True)
@click.option("--waves", type=click.IntRange(1, 5), default=3, show_default=True, help="Batches until the deadline.")
def plan(
    rows: tuple[Path, ...],
    quality: float,
    of_premium: bool,
    confidence: float,
    waves: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Strategy and threshold for the prompt whose outcome ROWS these are: the cheapest that keeps the promise."""
    from nightshift.cli.tier_report import plan_object, plan_text
    from nightshift.tiering.planning import Wanted, carried_over
    from nightshift.tiering.planning import plan as planned

    gathered = _cases(rows, options, each_prompt_once=True)
    found = planned(gathered.cases, Wanted(quality, confidence, waves, of_premium))
    if gathered.in_use is not None:
        found = carried_over(found, gathered.in_use)
    if as_json:
        _write(plan_object(found) | {"scores": gathered.note} | gathered.reckoned.described())
    else:
        click.echo(f"{plan_text(found)}\n{gathered.note}\n{gathered.reckoned.text()}")


@tier.command()
@_ROWS
@_cases_options
def curve(rows: tuple[Path, ...], as_json: bool, **options: Any) -> None:
    """Quality against share of premium calls and against cost, for every strategy the outcome ROWS allow."""
    from nightshift.cli.tier_report import curve_object, print_curve

    gathered = _cases(rows, options, each_prompt_once=False)
    report = curve_object(gathered.cases, gathered.in_use)
    if as_json:
        _write(report | {"scores": gathered.note} | gathered.reckoned.described())
    else:
        print_curve(report, f"{gathered.note}\n{gathered.reckoned.text()}")


@tier.command()
@click.argument("single_run")
@click.argument("bundled_run")
@_JSON
def bundling(single_run: str, bundled_run: str, as_json: bool) -> None:
    """What bundling rows did to a prompt: SINGLE_RUN and BUNDLED_RUN answered the same graded rows.

    Where it is shown to be harmless, the evidence is written to include/bundling and jobs may set bundle_rows.
    """
    from nightshift.cli.tier_bundling import bundling_object, print_bundling

    report = bundling_object(single_run, bundled_run)
    if as_json:
        _write(report)
    else:
        print_bundling(report)


def _cases(rows: tuple[Path, ...], options: dict[str, Any], *, each_prompt_once: bool) -> Gathered:
    from nightshift.cli.tier_cases import cases_of
    from nightshift.cli.tier_prices import Prices

    prices = Prices(options["light"], options["premium"], options["baseline"], options["opinions"])
    return cases_of(rows, prices, options["comparator"], options["model_file"], each_prompt_once=each_prompt_once)


def _write(content: dict[str, Any]) -> None:
    click.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY))
