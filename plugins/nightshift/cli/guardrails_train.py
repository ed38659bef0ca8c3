"""`nightshift guardrails train` and `distil`: the trained detectors and their table of words again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nightshift.settings import include_folder

if TYPE_CHECKING:
    from nightshift.guardrails.training.corpus import Task

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("task", type=click.Choice(["injection", "harm"]))
@click.option("--data", type=_FOLDER, required=True, help="Folder with the public rows as JSON lines.")
@click.option(
    "--corpus", type=_FOLDER, help="Folder with the project's own rows.  [default: include/guardrails/corpus]"
)
@click.option("--out", type=_FOLDER, help="Where TASK.bin and TASK.md go.  [default: include/guardrails/models]")
@click.option(
    "--measure/--no-measure", default=True, show_default=True, help="Leave every source out once; write a card."
)
def train(task: Task, data: Path, corpus: Path | None, out: Path | None, measure: bool) -> None:
    """Train the detector TASK. Rows whose licence does not allow it are only measured."""
    from nightshift.guardrails.classifier.passages import vocabulary
    from nightshift.guardrails.classifier.weights import save
    from nightshift.guardrails.training import recipe
    from nightshift.guardrails.training.card import card, headline
    from nightshift.guardrails.training.evaluation import leave_sources_out, quality

    folder = out or include_folder() / "guardrails" / "models"
    examples = recipe.examples_for(task, data, corpus)
    weights = recipe.train(task, examples, vocabulary())
    save(weights, folder / f"{task}.bin")
    click.echo(f"{folder / f'{task}.bin'}: {weights.card['data']['rows']} rows, threshold {weights.card['threshold']}")
    if measure:
        measured = quality(*leave_sources_out(task, examples, vocabulary(), weights), weights.card["threshold"])
        (folder / f"{task}.md").write_text(card(weights, measured), encoding="utf-8")
        click.echo(headline(measured))


@click.command()
@click.argument("encoder", type=_FOLDER)
@click.option("--out", type=_FOLDER, help="Where words.bin goes.  [default: include/guardrails/models]")
def distil(encoder: Path, out: Path | None) -> None:
    """Make the table of words from the sentence encoder in folder ENCODER (needs requirements-train.in).

    Every detector has to be trained again after it.
    """
    from nightshift.guardrails.classifier.weights import save
    from nightshift.guardrails.training import word_vectors

    folder = out or include_folder() / "guardrails" / "models"
    weights = word_vectors.distil(encoder)
    save(weights, folder / "words.bin")
    click.echo(f"{folder / 'words.bin'}: {weights.card['words']} words")
