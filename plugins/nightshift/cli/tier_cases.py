"""Outcome rows, prices and scores put together for `nightshift tier plan` and `curve`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nightshift.errors import InvalidSpec

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.finops.prices import Mode
    from nightshift.tiering.cases import Cases, Rate
    from nightshift.tiering.outcomes import Outcome

    Floats = npt.NDArray[np.float64]


class Prices(NamedTuple):
    """As the user names them: a model of the catalogue, or dollars per million input/output tokens."""

    light: str
    premium: str
    baseline: str | None
    opinions: tuple[str, ...]


def cases_of(rows: tuple[Path, ...], prices: Prices, comparator: str, model_file: Path | None) -> tuple[Cases, str]:
    """The cases, and a sentence on where their scores come from."""
    from nightshift.tiering.answers.comparators import TextAgreement, find_comparator
    from nightshift.tiering.cases import Rates, cases
    from nightshift.tiering.outcomes import read_outcomes

    agreement = TextAgreement(find_comparator(comparator, field="--comparator"))
    rates = Rates(
        rate(prices.light, "batch", "--light"),
        rate(prices.premium, "batch", "--premium"),
        _baseline(prices),
        tuple(rate(one, "batch", "--opinion") for one in prices.opinions),
    )
    outcomes = read_outcomes(rows)
    score, score_note = _scores(outcomes, model_file)
    doubt, doubt_note = _doubts(outcomes)
    return cases(outcomes, rates, score, doubt, agreement), f"{score_note}{doubt_note}"


def rate(named: str, mode: Mode, field: str) -> Rate:
    from nightshift.tiering.cases import Rate

    given, slash, taken = named.partition("/")
    try:
        if slash:
            return Rate(float(given), float(taken))
    except ValueError:
        pass  # names of the catalogue have slashes too
    return _listed(named, mode, field)


def _listed(named: str, mode: Mode, field: str) -> Rate:
    from datetime import UTC, datetime

    from nightshift.finops.prices import MILLION, look_up
    from nightshift.model_registry.capabilities import find_capabilities
    from nightshift.model_registry.catalogue import find_model
    from nightshift.tiering.cases import Rate

    model = find_model(named, field=field)
    found = look_up(
        model.provider, find_capabilities(model.provider).price_list, model.priced_model, mode, datetime.now(UTC)
    )
    if found.unit != "token":
        raise InvalidSpec(
            "is not priced by the token",
            field=field,
            value=named,
            way_out="give dollars per million tokens instead: 0.3/0.6",
        )
    return Rate(found.input * MILLION / 1e12, found.output * MILLION / 1e12)


def _baseline(prices: Prices) -> Rate:
    from nightshift.tiering.cases import Rate

    if prices.baseline is not None:
        return rate(prices.baseline, "realtime", "--baseline")
    found = rate(prices.premium, "realtime", "--premium")
    numbers = prices.premium.replace("/", "").replace(".", "").isdigit()
    return Rate(2 * found.input_usd, 2 * found.output_usd) if numbers else found  # batch is half at every provider


def _scores(outcomes: list[Outcome], model_file: Path | None) -> tuple[Floats, str]:
    from nightshift.tiering.difficulty.model import load_model
    from nightshift.tiering.difficulty.training import held_back_scores

    model, prompts = load_model(model_file), [outcome.prompt for outcome in outcomes]
    if model.trained_on(prompts).any():
        return held_back_scores(outcomes), "Scores: cross-fitted on these rows (the model in use was trained on some)."
    return model.scores(
        prompts, [outcome.of for outcome in outcomes]
    ), f"Scores: {model.card['name']}, on rows new to it."


def _doubts(outcomes: list[Outcome]) -> tuple[Floats | None, str]:
    from nightshift.tiering.answers.verifier import held_back_doubts, load_verifier

    if any(outcome.light_answer is None for outcome in outcomes):
        return None, " No doubts: not every row brings its light answer."
    verifier, prompts = load_verifier(), [outcome.prompt for outcome in outcomes]
    if verifier.trained_on(prompts).any():
        return held_back_doubts(outcomes), " Doubts: cross-fitted on these rows."
    return verifier.doubts(
        prompts, [outcome.light_answer or "" for outcome in outcomes]
    ), f" Doubts: {verifier.card['name']}."
