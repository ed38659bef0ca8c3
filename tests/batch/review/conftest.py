"""The fixtures of whole runs under a plain guardrail policy."""

from __future__ import annotations

import pytest
from tests.guarded_jobs import Include, include
from tests.job_runs import Jobs, jobs

__all__ = ["include", "jobs"]  # fixtures


@pytest.fixture
def guarded(jobs: Jobs, include: Include) -> Jobs:
    return jobs
