"""Recorded answers of real models to GSM8K: `../shared/data/routing` beside the project."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.tiering.outcome_data import FOLDER
from nightshift.tiering.outcomes import Outcome, read_outcomes

LIGHT, SECOND, PREMIUM = "gpt-4o-mini-2024-07-18", "claude-3-haiku-20240307", "gpt-4o-2024-08-06"
ANSWERS, OUTCOMES = FOLDER / "gsm8k_answers_dev.jsonl", FOLDER / "gsm8k_dev.jsonl"


def thirds(path: Path = ANSWERS) -> list[list[dict[str, Any]]]:
    """The recorded questions in three parts, every third one."""
    if not path.exists():
        sys.exit(f"{path.name} is not in {path.parent}: the recorded answers are data beside the project")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [rows[place::3] for place in range(3)]


def write_input(rows: list[dict[str, Any]], path: Path) -> Path:
    """What the job gets: ids and questions. No answer, no label, no reference."""
    path.write_text("".join(json.dumps({"id": row["id"], "question": row["question"]}) + "\n" for row in rows))
    return path


def write_graded(rows: list[dict[str, Any]], light: str, second: str, premium: str, path: Path) -> Path:
    """Graded outcomes of other rows, as an operator would import them for the planner."""
    with path.open("w") as file:
        for row in rows:
            answers = row["answers"]
            opinion = answers[SECOND]
            outcome = {
                "prompt": row["question"],
                "light_correct": answers[LIGHT]["correct"],
                "light_answer": answers[LIGHT]["text"],
                "premium_correct": answers[PREMIUM]["correct"],
                "premium_answer": answers[PREMIUM]["text"],
                "opinions": [{"model": second, "answer": opinion["text"], "correct": opinion["correct"]}],
                "application": "math-tutor",
                "prompt_name": "grade_school_math",
                "prompt_version": "1.0.0",
                "light_model": light,
                "premium_model": premium,
                "sampled": True,
            }  # fmt: skip
            file.write(json.dumps(outcome) + "\n")
    return path


def older_outcomes(rows: list[dict[str, Any]]) -> list[Outcome]:
    """Older models' outcomes for the weights to learn from: of all recorded questions but these."""
    asked = {" ".join(row["question"].split()) for row in rows}
    return [outcome for outcome in read_outcomes([OUTCOMES]) if " ".join(outcome.prompt.split()) not in asked]
