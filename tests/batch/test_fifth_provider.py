"""A provider that nobody here has heard of: one file, one registry line and its recorded capabilities are enough."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.job_runs import Jobs, questions
from tests.toy_platform import BATCH, describe, include

__all__ = ["include"]  # a fixture


def test_its_batch_api_is_used_within_its_limits(jobs: Jobs, include: Path, tmp_path: Path) -> None:
    describe(include, batch=BATCH)
    summary = jobs.run(questions(50), tiers="toy")
    assert summary["answered_by_provider"] == {"toy": 50}
    assert len((tmp_path / "toy" / "batches.count").read_text()) == 3
    _check(jobs, "batch")


def test_without_a_batch_api_it_is_asked_request_by_request(jobs: Jobs, include: Path, tmp_path: Path) -> None:
    describe(include)
    jobs.run(questions(50), tiers="toy")
    assert len((tmp_path / "toy" / "realtime.count").read_text()) == 50
    _check(jobs, "realtime")


def _check(jobs: Jobs, mode: str) -> None:
    rows = jobs.results()
    assert {(row["provider"], row["region"], row["mode"], row["model"]) for row in rows} == {
        ("toy", "here", mode, "toy-1")
    }
    assert {row["cost_usd"] for row in rows} == {Decimal("0.000026")}
    jobs.check_books()
