"""Outcome rows made up for tests, as files that `nightshift tier import` takes; and services without any provider."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

from tests.job_runs import LIGHT, PREMIUM

from nightshift.batch.services import Services
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake

OF = {
    "application": "math-tutor",
    "prompt_name": "grade_school_math",
    "prompt_version": "1.0.0",
    "light_model": LIGHT,
    "premium_model": PREMIUM,
}
PROMPT = "grade_school_math@1.0.0"


def own_services(folder: Path, migrated: Path) -> Services:
    """A database and a lake; whoever asks for a provider fails."""
    database = folder / "outcomes.db"
    shutil.copy(migrated, database)

    def no_provider(name: str, region: str) -> Any:
        raise AssertionError(f"{name} in {region} was asked for")

    return Services(
        Database(f"sqlite:///{database}"), FileLake((folder / "lake").as_uri()), no_provider, lambda *_: None
    )


def outcome_lines(count: int, *, seed: int = 1, short_is_hard: bool = True, **fields: Any) -> list[dict[str, Any]]:
    """Word problems. The light model fails the more often the shorter they are, against what the shipped weights
    expect; where it is wrong, its answer has a sum in it that is wrong."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        steps = chance.randint(1, 12)
        numbers = [chance.randint(2, 90) for _ in range(steps)]
        wrong = chance.random() < ((12 - steps) if short_is_hard else steps) / 14
        total = sum(numbers) + wrong
        things = " and ".join(f"{one} boxes of apples" for one in numbers)
        made.append(
            OF
            | {
                "prompt": f"Case {seed}-{number}: Ann has {things}. How many boxes does she have?",
                "light_correct": not wrong,
                "premium_correct": chance.random() > 0.02,
                "light_answer": f"{' + '.join(map(str, numbers))} = {total}\n#### {total}",
                "premium_answer": f"#### {sum(numbers)}",
                "sampled": True,
            }
            | fields
        )
    return made


def outcome_file(folder: Path, lines: list[dict[str, Any]], name: str = "graded.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path
