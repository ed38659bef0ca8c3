"""Outcome rows made up for tests, and the recorded ones where they are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nightshift.tiering.cases import Cases
from nightshift.tiering.outcomes import Outcome, read_outcomes

RECORDED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "routing"

MakeRows = Callable[..., list[Outcome]]
MakeCases = Callable[..., Cases]


@pytest.fixture(scope="session")
def recorded() -> Callable[[str], list[Outcome]]:
    def read(name: str) -> list[Outcome]:
        if not (RECORDED / name).exists():
            pytest.skip(f"the recorded outcomes ../shared/data/routing/{name} are not beside the project")
        return read_outcomes([RECORDED / name])

    return read


@pytest.fixture(scope="session")
def make_rows() -> MakeRows:
    """Word problems in which the light model fails the more often the longer they are."""

    def make(rows: int, *, seed: int = 1, task: str = "sums") -> list[Outcome]:
        generator = np.random.default_rng(seed)
        made = []
        for number in range(rows):
            steps = int(generator.integers(1, 12))
            things = " and ".join(f"{generator.integers(2, 90)} boxes of apples" for _ in range(steps))
            made.append(
                Outcome(
                    prompt=f"Case {seed}-{number}: Ann has {things}. How many boxes does she have?",
                    light_correct=bool(generator.random() > steps / 14),
                    premium_correct=bool(generator.random() > 0.05),
                    task=task,
                )
            )
        return made

    return make


@pytest.fixture(scope="session")
def make_cases() -> MakeCases:
    """`signal` is how much the score knows of the outcome: 0 nothing, 1 nearly all."""

    def make(rows: int, *, signal: float = 0.8, light: float = 0.7, premium: float = 0.9, seed: int = 1) -> Cases:
        generator = np.random.default_rng(seed)
        light_right = (generator.random(rows) < light).astype(np.float64)
        premium_right = (generator.random(rows) < premium).astype(np.float64)
        score = signal * (premium_right - light_right) + (1 - signal) * generator.random(rows)
        other = (generator.random(rows) < light).astype(np.float64)
        same = (light_right > 0) & (other > 0) | (generator.random(rows) < 0.02)
        return Cases(
            light_right,
            premium_right,
            np.full(rows, 1e-5),
            np.full(rows, 1e-4),
            np.full(rows, 2e-4),
            score,
            score,
            (same,),
            (light_right,),
            (np.full(rows, 1e-5),),
        )

    return make
