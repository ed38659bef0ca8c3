"""The fixtures of whole runs."""

from tests.job_runs import jobs

__all__ = ["jobs"]  # a fixture
