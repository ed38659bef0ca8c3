"""A resolved job as admission would write it, without a run; and the fixtures of whole runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.job_runs import jobs

from nightshift.batch.job import ResolvedJob

__all__ = ["jobs"]  # a fixture

AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
MAIL = {"check": "personal_data", "id": "mail", "action": "mask", "entities": ["EMAIL_ADDRESS"]}
SECRET = {"check": "patterns", "id": "secret", "action": "quarantine", "expressions": ["internal only"]}


def _job(schema: dict[str, Any] | None = None, grader: bool = False, **more: Any) -> ResolvedJob:
    answer = {"format": "json", "schema": schema} if schema is not None else {"format": "text"}
    config = {"description": "d", "owner": "o", "variables": {"q": {"description": "q"}}, "answer": answer}
    price = {"input": 1, "cached_input": 1, "output": 2, "version": "test", "model": "m"}
    deployment = {
        "model": "m",
        "model_digest": "md",
        "provider": "openai",
        "provider_model": "m",
        "region": "global",
        "capabilities": {
            "batch": {
                "max_requests": 50_000,
                "max_bytes": 190_000_000,
                "window_hours": 24,
                "listing_lag_seconds": 0,
                "discount": 0.5,
            },
            "realtime": {"max_concurrency": 4, "checkpoint_requests": 10, "repeatable": False},
            "source": "test",
        },
        "batch_price": price | {"mode": "batch"},
        "realtime_price": price | {"mode": "realtime"},
    }
    spec: dict[str, Any] = {
        "prompt": "p@1.0.0",
        "input": {"uri": "file:///data/rows.csv", "id": "id", "variables": {"q": "q"}},
        "application": "desk",
        "budget_usd": "1",
        "grader": {"kind": "numeric"} if grader else None,
    }
    content: dict[str, Any] = {
        "run_id": "run-1",
        "spec": spec,
        "application": {"team": "t", "cost_centre": "c", "models": ["m"], "prompts": ["p"], "regions": ["global"]},
        "prompt": {
            "name": "p",
            "version": "1.0.0",
            "digest": "pd",
            "config": config,
            "system": "SYSTEM CANARY",
            "user": "USER CANARY {{ q }}",
            "examples": [],
        },
        "tier_policy": {"tiers": [{"name": "light", "deployments": ["m"]}]},
        "tiers": [{"name": "light", "deployments": [deployment]}],
        "guardrails": {"input": [MAIL], "output": [MAIL, SECRET]},
        "input_digest": "id",
        "admitted_at": AT,
        "deadline": AT + timedelta(hours=8),
        "budget": 10**12,
        "output_uri": "file:///out/run-1",
        "sandbox": None,
    }
    return ResolvedJob.model_validate(content | more)


@pytest.fixture(scope="session")
def make_job() -> Callable[..., ResolvedJob]:
    """Builds a job: `schema` for JSON answers, `grader` for a numeric grader, any other field by name."""
    return _job
