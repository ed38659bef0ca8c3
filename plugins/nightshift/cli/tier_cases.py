"""Outcome rows and scores put together for `nightshift tier plan` and `curve`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.cli.tier_prices import Prices, Reckoned
    from nightshift.tiering.answers.comparators import Comparator
    from nightshift.tiering.answers.verifier import Verifier
    from nightshift.tiering.cases import Cases
    from nightshift.tiering.difficulty.model import DifficultyModel
    from nightshift.tiering.outcomes import Outcome

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]


class Gathered(NamedTuple):
    """`in_use` has the scores of the weights in use, where those of `cases` are not: they were trained on these rows.
    `note` says where the scores come from, and which rows and what of them is missing."""

    cases: Cases
    in_use: Cases | None
    note: str
    reckoned: Reckoned


class _Weights(NamedTuple):
    """What the rows are scored by; without a verifier where not every row brings its light answer."""

    difficulty: DifficultyModel
    verifier: Verifier | None

    @property
    def names(self) -> str:
        return " and ".join(one.card["name"] for one in self if one is not None)

    def seen(self, outcomes: list[Outcome]) -> Mask:
        prompts = [outcome.prompt for outcome in outcomes]
        seen = self.difficulty.trained_on(prompts)
        return seen if self.verifier is None else seen | self.verifier.trained_on(prompts)

    def scores(self, outcomes: list[Outcome]) -> Floats:
        return self.difficulty.scores([row.prompt for row in outcomes], [row.of for row in outcomes])

    def doubts(self, outcomes: list[Outcome]) -> Floats | None:
        if self.verifier is None:
            return None
        return self.verifier.doubts([row.prompt for row in outcomes], [row.light_answer or "" for row in outcomes])


def cases_of(
    rows: tuple[Path, ...], prices: Prices, comparator: str, model_file: Path | None, *, each_prompt_once: bool
) -> Gathered:
    from nightshift.cli.tier_prices import reckoned
    from nightshift.tiering.answers.comparators import TextAgreement, find_comparator
    from nightshift.tiering.cases import cases

    compared_by = find_comparator(comparator, field="--comparator")
    outcomes, repeated = _read(rows, each_prompt_once)
    weights = _weights(outcomes, model_file)
    seen = weights.seen(outcomes)
    outcomes, known = _judging(outcomes, seen)
    priced = reckoned(prices, outcomes)
    agreement = TextAgreement(compared_by)
    found = cases(outcomes, priced.rates(), weights.scores(outcomes), weights.doubts(outcomes), agreement)
    left = ("" if weights.verifier else " No doubts: not every row brings its light answer.") + known + repeated
    left += _agreement_note(outcomes, compared_by)
    if known or not seen.any():
        return Gathered(found, None, f"Scores: {weights.names}, on rows new to them.{left}", priced)
    told = f"Scores: cross-fitted on these rows, since {weights.names} were trained on {int(seen.sum()):,} of them."
    return Gathered(_cross_fitted(found, outcomes), found, f"{told}{left}", priced)


def _read(paths: tuple[Path, ...], each_prompt_once: bool) -> tuple[list[Outcome], str]:
    from nightshift.tiering.outcomes import read_outcomes
    from nightshift.tiering.repeats import each_prompt_once as once

    every = read_outcomes(paths)
    found = once(every) if each_prompt_once else every
    repeated = len(every) - len(found)
    return found, f" Left out: {repeated:,} rows whose prompt came before." if repeated else ""


def _agreement_note(outcomes: list[Outcome], comparator: Comparator) -> str:
    """Why there is no agreement with some model, or none at all."""
    from nightshift.tiering.answers.comparators import agreement_key
    from nightshift.tiering.opinions import opinions_of

    found = opinions_of(outcomes)
    note = f" {found.missing}" if found.missing else ""
    answers = (text for row in outcomes for text in (row.light_answer, *(one.answer for one in row.opinions)))
    if found.columns and all(agreement_key(comparator, text or "") is None for text in answers):
        note += f" No answers agree: there is nothing in any of them that --comparator {comparator} compares."
    return note


def _weights(outcomes: list[Outcome], model_file: Path | None) -> _Weights:
    from nightshift.tiering.answers.verifier import load_verifier
    from nightshift.tiering.difficulty.model import load_model

    answered = all(outcome.light_answer is not None for outcome in outcomes)
    return _Weights(load_model(model_file), load_verifier() if answered else None)


def _judging(outcomes: list[Outcome], seen: Mask) -> tuple[list[Outcome], str]:
    """Rows that the weights in use have not seen, if they are enough; else all of them."""
    from nightshift.tiering.evidence import FEWEST_ROWS

    fresh = [outcome for outcome, known in zip(outcomes, seen, strict=True) if not known]
    if len(fresh) == len(outcomes) or len(fresh) < FEWEST_ROWS:
        return outcomes, ""
    return fresh, f" Left out: {len(outcomes) - len(fresh):,} rows that the weights in use were trained on."


def _cross_fitted(cases: Cases, outcomes: list[Outcome]) -> Cases:
    from nightshift.tiering.answers.verifier import held_back_doubts
    from nightshift.tiering.difficulty.training import held_back_scores

    doubt = None if cases.doubt is None else held_back_doubts(outcomes)
    return replace(cases, score=held_back_scores(outcomes), doubt=doubt)
