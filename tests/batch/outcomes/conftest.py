"""Runs of sums that the light model sometimes gets wrong, with trial rows; the sandbox replays who says what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from tests.guarded_jobs import POLICY, Include, include
from tests.job_runs import LIGHT, PREMIUM, Jobs, jobs, opened
from tests.orchestration.conftest import free_port
from tests.shared_sandbox import Sandbox

from nightshift.sandbox import control
from nightshift.sandbox.service import Options

__all__ = ["include", "jobs"]  # fixtures

ROWS = 60


def sums(count: int = ROWS, first: int = 0) -> list[dict[str, Any]]:
    """`What is <n> plus 1?`; light is wrong where n is a multiple of 3, and says no number for those of 10."""
    return [
        {"id": f"s{number}", "question": f"What is {number} plus 1 exactly?", "right": str(number + 1)}
        for number in range(first, first + count)
    ]


def said_by_light(number: int) -> str:
    if number % 10 == 0:
        return "I would rather not say."
    return f"#### {number + 2 if number % 3 == 0 else number + 1}"


def tier_policy(include: Include, **changes: Any) -> None:
    tiers = [{"name": "light", "deployments": [LIGHT]}, {"name": "premium", "deployments": [PREMIUM]}]
    path = include.folder / "policies" / "tiers" / "default.yaml"
    path.write_text(yaml.safe_dump({"tiers": tiers} | changes))


@pytest.fixture
def replayed(jobs: Jobs, include: Include, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    include.policy(POLICY)
    recorded, state = jobs.folder / "said.jsonl", jobs.folder / "own-sandbox"
    with recorded.open("w") as file:
        for number in range(ROWS):
            answers = {LIGHT: {"text": said_by_light(number)}, PREMIUM: {"text": f"#### {number + 1}"}}
            file.write(json.dumps({"question": f"What is {number} plus 1 exactly?", "answers": answers}) + "\n")
    started = control.start(state, free_port(), Options(replay=str(recorded)))
    with opened(jobs.folder, Sandbox(started.url), monkeypatch) as own:
        yield own
    control.stop(state)


@pytest.fixture
def trials(replayed: Jobs, include: Include) -> Callable[..., dict[str, Any]]:
    """Runs sums of which a fifth are asked at both tiers."""
    tier_policy(include, trial_share=0.2)

    def run(run_id: str = "run-1", **changes: Any) -> dict[str, Any]:
        graded = {"grader": {"kind": "numeric", "reference": "right"}}
        return replayed.run(sums(), run_id, **(graded | changes))

    return run
