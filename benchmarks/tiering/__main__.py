"""`python -m benchmarks.tiering`: APGR, CPT, cost at equal quality and speed on recorded outcomes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.tiering import outcome_data, peers, published, tables
from benchmarks.tiering.speed import prompts_per_second
from benchmarks.tiering.splits import Floats, labels, measure
from nightshift.tiering.answers.comparators import Comparator, TextAgreement
from nightshift.tiering.answers.verifier import Verifier, held_back_doubts, prior_verifier, train_verifier
from nightshift.tiering.cases import Cases, Rates, cases
from nightshift.tiering.difficulty.model import DifficultyModel, load_model, prior
from nightshift.tiering.difficulty.training import held_back_scores, train_structure
from nightshift.tiering.outcomes import Outcome
from nightshift.tiering.sizing import point
from nightshift.tiering.strategies import Choice, Strategy

_WORK = Path(".nightshift") / "benchmarks"
SPEED_GOAL = 20_000  # prompts per second of one core
COST_GOAL = 0.08  # of premium in real time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-peers", action="store_true", help="without LiteLLM's router and TF-IDF")
    parser.add_argument("--work", type=Path, default=_WORK, help="folder for the peers' environments")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    chosen = () if asked.no_peers else tuple(peers.PEERS)
    mmlu, gsm8k = outcome_data.mmlu(), outcome_data.gsm8k()
    _rank("MMLU, development half, 25 subjects, whole subjects left out", mmlu, published.MMLU, chosen, asked.work)
    _rank("GSM8K, corrected labels, questions left out", gsm8k, published.GSM8K, chosen, asked.work)
    routed = _cases(mmlu, outcome_data.ROUTELLM_RATES)
    print(tables.costs("MMLU, Mixtral-8x7B and gpt-4-1106", routed, tolerated=0.01), end="\n\n")
    routed = _cases(gsm8k, outcome_data.ROUTELLM_RATES)
    print(tables.costs("GSM8K, Mixtral-8x7B and gpt-4-1106", routed, tolerated=0.01), end="\n\n")
    current = _cases(outcome_data.current_models(), outcome_data.CURRENT_RATES)
    print(tables.costs(f"GSM8K, {outcome_data.LIGHT} and {outcome_data.PREMIUM}", current, tolerated=0.0), end="\n\n")
    sys.exit(_judge(current, _speed(mmlu, gsm8k)))


def _rank(
    title: str, rows: list[Outcome], printed: Sequence[published.Published], chosen: Sequence[str], work: Path
) -> None:
    measured = {
        "random": measure(rows, _random),
        "prompt length": measure(rows, lambda _, test: np.array([float(len(row.prompt)) for row in test])),
        "prior (nothing learnt)": measure(rows, lambda _, test: prior().scores([row.prompt for row in test])),
        "difficulty score": measure(rows, _difficulty),
    }
    if all(row.light_answer is not None for row in rows):
        measured["verify, rules (nothing learnt)"] = measure(rows, _rules)
        measured["verify, trained"] = measure(rows, _verifier)
    for peer in chosen:
        ran = peers.run(peer, rows, work / "environments")
        measured[f"{peers.PEERS[peer]} ({ran.per_second:,.0f}/s)"] = ran.figures
    measured["oracle"] = measure(rows, lambda _, test: np.subtract(*labels(test)[::-1]))
    print(tables.rankings(title, measured, printed), end="\n\n", flush=True)


def _random(_: Sequence[Outcome], test: Sequence[Outcome]) -> Floats:
    return np.random.default_rng(len(test)).random(len(test))


def _difficulty(trained: Sequence[Outcome], test: Sequence[Outcome]) -> Floats:
    return DifficultyModel(train_structure(trained)).scores([row.prompt for row in test])


def _rules(_: Sequence[Outcome], test: Sequence[Outcome]) -> Floats:
    return prior_verifier().doubts([row.prompt for row in test], [row.light_answer or "" for row in test])


def _verifier(trained: Sequence[Outcome], test: Sequence[Outcome]) -> Floats:
    weights = train_verifier(trained, trained_at="")
    assert weights is not None
    return Verifier(weights).doubts([row.prompt for row in test], [row.light_answer or "" for row in test])


def _cases(rows: list[Outcome], rates: Rates) -> Cases:
    """Scores and doubts by models that have not seen the row, nor its subject."""
    answered = all(row.light_answer is not None for row in rows)
    doubts = held_back_doubts(rows) if answered else None
    return cases(rows, rates, held_back_scores(rows), doubts, TextAgreement(Comparator.NUMERIC))


def _speed(mmlu: list[Outcome], gsm8k: list[Outcome]) -> float:
    model = load_model()
    mixed = [row.prompt for row in (*mmlu, *gsm8k)]
    rates = {"MMLU": prompts_per_second(model, [row.prompt for row in mmlu])}
    rates["GSM8K"] = prompts_per_second(model, [row.prompt for row in gsm8k])
    rates["both"] = prompts_per_second(model, mixed)
    for name, rate in rates.items():
        print(f"scoring {name}: {rate:,.0f} prompts per second of one core")
    return rates["both"]


def _judge(current: Cases, rate: float) -> int:
    """The exit code: whether agreement keeps premium's quality at its cost goal, and the speed."""
    found = point(Choice(Strategy.AGREEMENT, opinions=2), current)
    kept = found.quality >= current.premium.mean() and found.of_baseline <= COST_GOAL
    print(
        f"agreement of 3: {found.quality:.2%} right at {found.of_baseline:.2%} of premium in real time "
        f"(goal: premium's {current.premium.mean():.2%} at {COST_GOAL:.0%}): {'met' if kept else 'missed'}"
    )
    print(f"speed (goal: {SPEED_GOAL:,}): {'met' if rate >= SPEED_GOAL else 'missed'}")
    return 0 if kept else 1


if __name__ == "__main__":
    main()
