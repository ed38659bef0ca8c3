"""What screening asks: the last word on content, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from nightshift.batch.job import ResolvedJob
from nightshift.batch.review.held_back import Reactions
from nightshift.batch.review.reviews import load_reviews
from nightshift.batch.services import Services
from nightshift.guardrails.remote import UNANSWERED
from nightshift.guardrails.verdict import Finding
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake
from nightshift.storage.tables import ReviewDecision, Run, RunState

AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
ONE, OTHER = "11" * 32, "22" * 32

Decide = Callable[..., None]


@pytest.fixture
def services(database: Database, lake: FileLake) -> Services:
    def nobody(name: str, region: str) -> None:
        raise AssertionError("no provider is asked")

    with database.transaction() as session:
        for number, application in enumerate(("desk", "desk", "tutor"), 1):
            session.add(
                Run(
                    run_id=f"run-{number}",
                    state=RunState.PUBLISHED,
                    application=application,
                    resolution={},
                    deadline=AT,
                    output_uri=f"file:///out/{number}",
                    input_rows=1,
                    created_at=AT,
                )
            )
    return Services(database=database, lake=lake, provider=nobody, sandboxed=nobody)  # type: ignore[arg-type]


@pytest.fixture
def decide(services: Services) -> Decide:
    def written(run: int, row: int, digest: str, decision: str, *rules: str, minutes: int = 0) -> None:
        record = ReviewDecision(
            run_id=f"run-{run}", row_number=row, request_id=f"id-{row}", input_digest=digest, policy="00" * 32,
            rules=list(rules), decision=decision, decided_by=f"steward of run-{run}",
            decided_at=AT + timedelta(minutes=minutes),
        )  # fmt: skip
        with services.database.transaction() as session:
            session.add(record)

    return written


def test_releases_of_one_content_add_up_and_are_the_applications_own(services: Services, decide: Decide) -> None:
    decide(1, 1, ONE, "release", "a", minutes=1)
    decide(2, 1, ONE, "release", "b", minutes=2)
    decide(3, 1, OTHER, "release", "a")
    found = load_reviews(services, "desk")
    review = found.of(bytes.fromhex(ONE))
    assert review is not None
    assert (review.released, review.source) == ({"a", "b"}, "by steward of run-2, review of run-2")
    assert review.releases(frozenset({"a", "b"}))
    assert not review.releases(frozenset({"a", "c"}))
    assert not review.releases(frozenset())
    assert found.of(bytes.fromhex(OTHER)) is None
    assert not load_reviews(services, "nobody")


@pytest.mark.parametrize(("first", "second", "released"), [("release", "reject", set()), ("reject", "release", {"a"})])
def test_the_later_of_release_and_reject_holds(
    services: Services, decide: Decide, first: str, second: str, released: set[str]
) -> None:
    decide(2, 1, ONE, first, "a", minutes=1)
    decide(1, 1, ONE, second, "a", minutes=2)
    review = load_reviews(services, "desk").of(bytes.fromhex(ONE))
    assert review is not None
    assert review.released == released
    assert review.run_id == "run-1"


def test_a_check_that_got_no_answer_holds_back_by_what_its_rule_says_of_that(
    make_job: Callable[..., ResolvedJob],
) -> None:
    asked = {"check": "moderation", "id": "asked", "action": "deny", "model": "m", "on_error": "quarantine"}
    reactions = Reactions(make_job(guardrails={"input": [asked]}))
    unanswered, hit, uncovered = (Finding(rule, entity, 0, 0) for rule, entity in (
        ("asked", UNANSWERED), ("asked", "VIOLENCE"), ("no-rule", "POLICY"),
    ))  # fmt: skip
    assert reactions.holding([("q", unanswered)]) == ("asked",)
    assert reactions.holding([("q", hit), ("q", uncovered)]) == ()
    assert [reactions.action("q", one) for one in (unanswered, hit, uncovered)] == ["quarantine", "deny", "deny"]
