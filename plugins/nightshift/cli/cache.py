"""`nightshift cache`: the threshold of a prompt's semantic cache, learnt and checked on labelled pairs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from nightshift.cli.share_range import ShareRange

if TYPE_CHECKING:
    from nightshift.prompts.repository import PromptVersion
    from nightshift.similarity.learning import Learnt, Measured
    from nightshift.similarity.matching import Matcher
    from nightshift.similarity.pairs import Pair

_PROMPT = click.argument("prompt")
_PAIRS = click.argument("pairs", type=click.Path(path_type=Path, dir_okay=False))
_APPLICATION = click.option("--application", help="Whose entitlements, regions and embedding cache are used, where the "
                            "prompt names an embedding model.")  # fmt: skip
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")


@click.group()
def cache() -> None:
    """Answers for rows that ask the same in other words: how much alike is enough."""


@cache.command()
@_PROMPT
@_PAIRS
@click.option("--false-hits", type=ShareRange(0, 0.5, min_open=True), help="The most that is allowed, as a share "
              "of different pairs; by default what the prompt's config.yaml asks for, or 0.01.")  # fmt: skip
@click.option("--confidence", type=ShareRange(0.5, 1, max_open=True), default=0.95, show_default=True)
@_APPLICATION
@_JSON
def learn(
    prompt: str, pairs: Path, false_hits: float | None, confidence: float, application: str | None, as_json: bool
) -> None:
    """Learn the threshold of PROMPT from PAIRS: JSON lines {"a", "b", "same"}.

    Where the bound on false hits can be promised, the threshold is written beside the prompt version and the exit code
    is 0; otherwise nothing is written, the semantic cache stays off and the exit code is 1. An embedding model of a
    provider that the prompt names is asked, and paid: what it cost is printed, and is in no run's ledger.
    """
    from nightshift.similarity.learning import learn as learnt_from
    from nightshift.similarity.threshold import threshold_path

    version, labelled = _read(prompt, pairs)
    wanted = version.config.semantic_cache
    allowed = false_hits or (wanted.false_hits if wanted else 0.01)
    matcher = _matcher(version, application)
    found = learnt_from(matcher, labelled, allowed, confidence)
    written = _save(version, matcher, found, allowed, confidence)
    if as_json:
        told = {"threshold": found.threshold, "statement": found.statement, "file": str(written) if written else None}
        _write(_described(found.measured) | _embedded(matcher) | told)
    else:
        click.echo(f"{found.statement}\n{_told(matcher)}")
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
@_APPLICATION
@_JSON
def check(prompt: str, pairs: Path, application: str | None, as_json: bool) -> None:
    """False hits and hit rate of PROMPT's threshold on labelled PAIRS, next to its bound. Exit code 1: above it."""
    from nightshift.errors import Misconfigured
    from nightshift.similarity.learning import measure, repeated
    from nightshift.similarity.pairs import distinct, require_different
    from nightshift.similarity.threshold import load_threshold
    from nightshift.tiering.guarantee import upper_bound

    version, labelled = _read(prompt, pairs)
    learnt = load_threshold(version)
    if learnt is None:
        raise Misconfigured(f"no threshold was learnt for {prompt}; way out: nightshift cache learn {prompt} PAIRS")
    once = distinct(labelled)
    require_different(once)
    matcher = _matcher(version, application)
    problem = learnt.problem(version, matcher.embedding, learnt.false_hits)
    similarities = matcher.similarities([(pair.a, pair.b) for pair in once])
    found = measure(once, similarities, learnt.threshold)
    rate, repeats = found.false_hits / found.different, len(labelled) - len(once)
    if as_json:
        bound = upper_bound(found.false_hits, found.different, learnt.confidence)
        told = {"threshold": learnt.threshold, "bound": learnt.false_hits, "false_hit_rate": rate, "upper_bound": bound,
                "within": rate <= learnt.false_hits, "problem": problem, "repeated_pairs": repeats}  # fmt: skip
        _write(_described(found) | _embedded(matcher) | told)
    else:
        times, at = repeated(repeats), f"at threshold {learnt.threshold:.3f}"
        click.echo(f"false hits: {found.false_hits} of {found.different:,} different pairs ({rate:.2%}){times}")
        click.echo(f"bound:      {learnt.statement}")
        click.echo(f"hit rate:   {found.hit_rate:.1%} of {found.same:,} same pairs, {at}")
        click.echo(_told(matcher))
        if problem is not None:
            click.echo(f"off:        {problem}")
    sys.exit(0 if rate <= learnt.false_hits else 1)


def _read(prompt: str, pairs: Path) -> tuple[PromptVersion, list[Pair]]:
    from nightshift.batch.cache.row_text import text_of_values
    from nightshift.prompts.repository import resolve
    from nightshift.similarity.pairs import read_pairs

    version = resolve(prompt)
    return version, read_pairs(pairs, text_of_values(version))


def _matcher(version: PromptVersion, application: str | None) -> Matcher:
    """With the embedding that the prompt names. Texts go only where the application may send data."""
    from datetime import UTC, datetime

    from nightshift.batch.embeddings.admission import find_embedding
    from nightshift.batch.embeddings.asking import embedding_outside_runs
    from nightshift.batch.services import open_services
    from nightshift.errors import InvalidSpec
    from nightshift.model_registry.applications import find_application
    from nightshift.similarity.matching import Matcher, offline_matcher

    wanted = version.config.semantic_cache.embedding if version.config.semantic_cache else None
    if wanted is None:
        return offline_matcher()
    if application is None:
        raise InvalidSpec(
            f"{version.name}@{version.version} is compared by {wanted}, a provider's model, and nobody says for whom",
            field="--application",
            way_out="name an application that may use this model, such as --application math-tutor",
        )
    services, field = open_services(), "semantic_cache.embedding"
    policy, now = find_application(application), datetime.now(UTC)
    found = find_embedding(services, application, policy, wanted, field=field, at=now)
    return Matcher(embedding_outside_runs(services, application, found))


def _told(matcher: Matcher) -> str:
    from nightshift.finops.money import shown

    cost = f"cost {shown(matcher.cost)}" if matcher.cost else "cost nothing"
    return f"embedding:  {matcher.embedding.name} {matcher.embedding.digest[:12]}, {cost}"


def _embedded(matcher: Matcher) -> dict[str, Any]:
    from nightshift.finops.money import to_dollars

    embedding = {"name": matcher.embedding.name, "digest": matcher.embedding.digest}
    return {"embedding": embedding, "cost_usd": f"{to_dollars(matcher.cost).normalize():f}"}


def _save(version: PromptVersion, matcher: Matcher, found: Learnt, false_hits: float, confidence: float) -> Path | None:
    from nightshift.similarity.meaning import VERSION
    from nightshift.similarity.threshold import LearntThreshold, save_threshold

    if found.threshold is None:
        return None
    embedding, measured = matcher.embedding, found.measured
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
