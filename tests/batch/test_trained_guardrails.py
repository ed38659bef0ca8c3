"""The verdicts of a run come from the weights that it was admitted with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.guarded_jobs import LONG, Include, include
from tests.job_runs import Jobs, jobs, questions

from nightshift.batch.runner import resume
from nightshift.batch.steps.admit import admit
from nightshift.batch.steps.pack import pack
from nightshift.batch.steps.prepare import Preparation, prepare_slice
from nightshift.errors import Misconfigured

__all__ = ["include", "jobs"]  # fixtures

HARM = {"check": "harm", "id": "harm", "action": "deny"}


@contextmanager
def trained_anew(include: Include) -> Iterator[None]:
    weights = include.folder / "guardrails" / "models" / "harm.bin"
    former = weights.read_bytes()
    weights.write_bytes(former + b"\n")
    yield
    weights.write_bytes(former)


def test_a_run_screens_and_judges_with_no_other_weights_and_goes_on_with_its_own(jobs: Jobs, include: Include) -> None:
    include.policy({"input": [LONG, HARM], "output": [LONG, HARM]})
    job = admit(jobs.services, jobs.spec(questions(2)), "run-1")
    with trained_anew(include), pytest.raises(Misconfigured, match=r"the run run-1 .* another harm\.bin since"):
        resume(jobs.services, "run-1")
    prepare_slice(jobs.services, Preparation.of(jobs.services, job), 0)
    pack(jobs.services, "run-1")
    with trained_anew(include), pytest.raises(Misconfigured, match=r"the run run-1 .* another harm\.bin since"):
        resume(jobs.services, "run-1")
    assert resume(jobs.services, "run-1")["rows"]["answered"] == 2
    jobs.check_money("run-1")
    jobs.check_submitted_once()
