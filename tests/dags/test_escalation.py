"""A DAG that runs by itself has no scheduler to ask a person; then the summary does."""

from __future__ import annotations

import json

import pytest
import yaml
from tests.dags.test_batch_inference import RUN, python
from tests.guarded_jobs import Include, held, include
from tests.job_runs import Jobs, questions

__all__ = ["include"]  # a fixture


@pytest.mark.runs
def test_a_run_in_one_process_says_that_a_person_is_to_be_asked(jobs: Jobs, include: Include) -> None:
    rows = [*questions(2), held(1, "Call the police")]
    spec = jobs.write(yaml.safe_dump(jobs.content(rows)), "job.yaml")
    done = python(RUN, "batch", "run", "--airflow", "--json", "--spec", spec, "--run-id", "run-1")
    assert done.returncode == 0, done.stderr[-3000:]
    summary = json.loads(done.stdout)
    assert summary["rows"]["quarantined"] == 1
    assert summary["alerts"] == [
        "rows that were escalated and wait for a person: 1; way out: nightshift guardrails review run-1"
    ]
