"""A shard that may have been accepted is never handed to another deployment, whatever its provider says later."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tests.job_runs import Jobs, jobs, questions
from tests.ladders import LADDERS, include

from nightshift.batch.runner import resume
from nightshift.errors import ProviderRefused

__all__ = ["include", "jobs"]  # fixtures

ROWS = 10


def test_credentials_revoked_while_it_is_unknown_whether_the_batch_exists(jobs: Jobs, include: Path) -> None:
    tiers = [
        {"name": "light", "deployments": [LADDERS["openai"][0], LADDERS["azure_openai"][0]]},
        {"name": "premium", "deployments": [LADDERS["openai"][1]]},
    ]
    (include / "policies/tiers/doubtful.yaml").write_text(yaml.safe_dump({"tiers": tiers}))
    jobs.sandbox.faults(
        {"fault": "accept_then_reset", "on": "batches.create", "times": 1, "provider": "openai"},
        # The first look, before it is submitted, finds nothing; the one that would find it is refused.
        {"fault": "invalid_credentials", "on": "batches.list", "after": 1, "provider": "openai"},
    )
    with pytest.raises(ProviderRefused, match="openai_default"):
        jobs.run(questions(ROWS), tiers="doubtful")
    assert jobs.sandbox.bill_of("azure_openai")["requests"] == 0
    jobs.sandbox.faults()
    assert resume(jobs.services, "run-1")["rows"]["answered"] == ROWS
    assert {row["provider"] for row in jobs.results()} == {"openai"}
    jobs.check_money()
