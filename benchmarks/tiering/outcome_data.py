"""The development data as outcome rows: `../shared/data/routing` beside the project."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nightshift.tiering.cases import Rate, Rates
from nightshift.tiering.outcomes import Opinion, Outcome, read_outcomes

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "routing"

# Dollars per million tokens. OpenAI's and Anthropic's (on Bedrock) batch price is half of the real-time one; for
# gemini-1.5-flash the price list that we use knows no batch price, so its real-time price is counted in full.
LIGHT, OPINIONS, PREMIUM = (
    "gpt-4o-mini-2024-07-18",
    ("gemini-1.5-flash", "claude-3-haiku-20240307"),
    "gpt-4o-2024-08-06",
)
CURRENT_RATES = Rates(Rate(0.075, 0.30), Rate(1.25, 5.0), Rate(2.5, 10.0), (Rate(0.075, 0.30), Rate(0.125, 0.625)))
# Mixtral-8x7B and gpt-4-1106-preview: 0.60 / 0.60 as hosted in 2024, and OpenAI's 10 / 30; batch half of either.
ROUTELLM_RATES = Rates(Rate(0.30, 0.30), Rate(5.0, 15.0), Rate(10.0, 30.0))


def mmlu() -> list[Outcome]:
    return read_outcomes([_path("mmlu_dev.jsonl")])


def gsm8k() -> list[Outcome]:
    return read_outcomes([_path("gsm8k_dev.jsonl")])


def current_models() -> list[Outcome]:
    """Five current models' recorded answers to GSM8K as light, two more opinions, and premium."""
    with _path("gsm8k_answers_dev.jsonl").open(encoding="utf-8") as lines:
        return [_outcome(json.loads(line)) for line in lines]


def _outcome(row: dict[str, object]) -> Outcome:
    answers = row["answers"]
    assert isinstance(answers, dict)
    return Outcome(
        prompt=str(row["question"]),
        task="gsm8k, current models",
        light_correct=answers[LIGHT]["correct"],
        light_answer=answers[LIGHT]["text"],
        premium_correct=answers[PREMIUM]["correct"],
        premium_answer=answers[PREMIUM]["text"],
        opinions=tuple(
            Opinion(model=name, answer=answers[name]["text"], correct=answers[name]["correct"]) for name in OPINIONS
        ),
    )


def _path(name: str) -> Path:
    if not (FOLDER / name).exists():
        sys.exit(f"{name} is not in {FOLDER}: the recorded outcomes are data beside the project")
    return FOLDER / name
