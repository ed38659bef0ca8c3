"""Answers are shared between runs only where everything that made and judged them is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nightshift.batch.job import ResolvedJob

MakeJob = Callable[..., ResolvedJob]


@pytest.mark.parametrize(
    "change",
    [
        {"guardrail_models": {"injection": "another digest"}},
        {"guardrails": {"output": []}},
        {"sandbox": "stand-in answers"},
    ],
)
def test_another_way_of_judging_is_another_namespace(make_job: MakeJob, change: dict[str, Any]) -> None:
    assert make_job(**change).cache_namespace != make_job().cache_namespace


def test_another_run_of_the_same_job_has_the_same_namespace(make_job: MakeJob) -> None:
    assert make_job(run_id="run-2").cache_namespace == make_job().cache_namespace
