"""`nightshift cache`: the threshold of a prompt's semantic cache, learnt and checked on labelled pairs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

if TYPE_CHECKING:
    from nightshift.prompts.repository import PromptVersion
    from nightshift.similarity.learning import Learnt, Measured
    from nightshift.similarity.pairs import Pair

_PROMPT = click.argument("prompt")
_PAIRS = click.argument("pairs", type=click.Path(path_type=Path, dir_okay=False))
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")


@click.group()
def cache() -> None:
    """Answers for rows that ask the same in other words: how much alike is enough."""


@cache.command()
@_PROMPT
@_PAIRS
@click.option("--false-hits", type=click.FloatRange(0, 0.5, min_open=True), help="The most that is allowed, as a share "
              "of different pairs; by default what the prompt's config.yaml asks for, or 0.01.")  # fmt: skip
@click.option("--confidence", type=click.FloatRange(0.5, 1, max_open=True), default=0.95, show_default=True)
@_JSON
def learn(prompt: str, pairs: Path, false_hits: float | None, confidence: float, as_json: bool) -> None:
    """Learn the threshold of PROMPT from PAIRS: JSON lines {"a", "b", "same"}.

    Where the bound on false hits can be promised, the threshold is written beside the prompt version and the exit code
    is 0; otherwise nothing is written, the semantic cache stays off and the exit code is 1.
    """
    from nightshift.similarity.learning import learn as learnt_from
    from nightshift.similarity.matching import offline_matcher
    from nightshift.similarity.threshold import threshold_path

    version, labelled = _read(prompt, pairs)
    wanted = version.config.semantic_cache
    allowed = false_hits or (wanted.false_hits if wanted else 0.01)
    found = learnt_from(offline_matcher(), labelled, allowed, confidence)
    written = _save(version, found, allowed, confidence)
    if as_json:
        _write(_described(found.measured) | {"threshold": found.threshold, "statement": found.statement,
               "file": str(written) if written else None})  # fmt: skip
    else:
        click.echo(found.statement)
        if written is None:
            kept = "stays as it was" if threshold_path(version).exists() else "stays off"
            click.echo(f"nothing was written; the semantic cache of this prompt version {kept}")
        else:
            click.echo(f"threshold {found.threshold:.3f}, written to {written}")
            if wanted is None:
                click.echo(
                    "to use it: `semantic_cache: {false_hits: ...}` in a version of the prompt, and learn for that"
                )
    sys.exit(0 if written else 1)


@cache.command()
@_PROMPT
@_PAIRS
@_JSON
def check(prompt: str, pairs: Path, as_json: bool) -> None:
    """False hits and hit rate of PROMPT's threshold on labelled PAIRS, next to its bound. Exit code 1: above it."""
    from nightshift.errors import Misconfigured
    from nightshift.similarity.learning import measure
    from nightshift.similarity.matching import offline_matcher
    from nightshift.similarity.threshold import load_threshold
    from nightshift.tiering.guarantee import upper_bound

    version, labelled = _read(prompt, pairs)
    learnt = load_threshold(version)
    if learnt is None:
        raise Misconfigured(f"no threshold was learnt for {prompt}; way out: nightshift cache learn {prompt} PAIRS")
    matcher = offline_matcher()
    problem = learnt.problem(version, matcher.embedding, learnt.false_hits)
    similarities = matcher.similarities([(pair.a, pair.b) for pair in labelled])
    found = measure(labelled, similarities, learnt.threshold)
    rate = found.false_hits / found.different if found.different else 0.0
    if as_json:
        bound = upper_bound(found.false_hits, found.different, learnt.confidence)
        _write(_described(found) | {"threshold": learnt.threshold, "bound": learnt.false_hits, "false_hit_rate": rate,
               "upper_bound": bound, "within": rate <= learnt.false_hits, "problem": problem})  # fmt: skip
    else:
        click.echo(f"false hits: {found.false_hits} of {found.different:,} different pairs ({rate:.2%})")
        click.echo(f"bound:      {learnt.statement}")
        click.echo(
            f"hit rate:   {found.hit_rate:.1%} of {found.same:,} same pairs, at threshold {learnt.threshold:.3f}"
        )
        if problem is not None:
            click.echo(f"off:        {problem}")
    sys.exit(0 if rate <= learnt.false_hits else 1)


def _read(prompt: str, pairs: Path) -> tuple[PromptVersion, list[Pair]]:
    from nightshift.batch.cache.row_text import text_of_values
    from nightshift.prompts.repository import resolve
    from nightshift.similarity.pairs import read_pairs

    version = resolve(prompt)
    return version, read_pairs(pairs, text_of_values(version))


def _save(version: PromptVersion, found: Learnt, false_hits: float, confidence: float) -> Path | None:
    from nightshift.similarity.embedding import word_vectors
    from nightshift.similarity.meaning import VERSION
    from nightshift.similarity.threshold import LearntThreshold, save_threshold

    if found.threshold is None:
        return None
    embedding, measured = word_vectors(), found.measured
    learnt = LearntThreshold(
        prompt=f"{version.name}@{version.version}",
        prompt_digest=version.digest,
        embedding=embedding.name,
        embedding_digest=embedding.digest,
        guard=VERSION,
        threshold=found.threshold,
        false_hits=false_hits,
        confidence=confidence,
        different_pairs=measured.different,
        false=measured.false_hits,
        same_pairs=measured.same,
        hits=measured.hits,
        statement=found.statement,
    )
    return save_threshold(learnt, version)


def _described(measured: Measured) -> dict[str, Any]:
    return {
        "false_hits": measured.false_hits,
        "different_pairs": measured.different,
        "hits": measured.hits,
        "same_pairs": measured.same,
        "hit_rate": measured.hit_rate,
    }


def _write(content: dict[str, Any]) -> None:
    click.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY))
