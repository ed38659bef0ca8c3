"""The fixtures of whole runs."""

from tests.job_runs import _shared_sandbox, jobs, sandbox

__all__ = ["_shared_sandbox", "jobs", "sandbox"]
