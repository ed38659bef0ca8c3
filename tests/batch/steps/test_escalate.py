"""Escalation within the budget of the run."""

from __future__ import annotations

from decimal import Decimal

from tests.job_runs import LIGHT, PREMIUM, Jobs, questions

# No light answer is usable: everything wants to climb.
ALL_FAIL = {"fault": "row_error", "model": LIGHT}


def test_rows_climb_as_far_as_the_budget_goes_and_the_rest_is_dead_lettered_with_that_reason(jobs: Jobs) -> None:
    jobs.sandbox.faults(ALL_FAIL)
    jobs.run(questions(40), run_id="measured")
    premium = next(shard for shard in jobs.shards("measured") if shard.wave == 1)
    each = Decimal(premium.estimate) / premium.requests / 10**12
    budget = each * Decimal("12.5")

    summary = jobs.run(questions(40, first=100), run_id="run-1", budget_usd=str(budget))
    rows = jobs.results("run-1")
    climbed = [row for row in rows if row["status"] == "answered"]
    stuck = [row for row in rows if row["status"] == "dead_lettered"]
    assert (len(climbed), len(stuck)) == (12, 28)
    assert [row["row_number"] for row in climbed] == list(range(1, 13))
    assert {row["reason"] for row in stuck} == {
        "failed on tier light: provider error invalid_request_error; "
        "not sent to the next tier: budget or deadline did not allow it"
    }
    assert 0 < summary["cost_usd"] <= budget
    jobs.check_money("measured", "run-1")


def test_a_row_that_is_too_long_for_the_light_tier_starts_on_the_premium_one(jobs: Jobs) -> None:
    rows = [*questions(5), {"id": "long", "question": "What is 1 plus 1? " * 1_200}]
    jobs.run(rows)
    first, last = jobs.results()[0], jobs.results()[-1]
    assert (first["tier"], first["model"], first["wave"]) == ("light", LIGHT, 0)
    assert (last["tier"], last["model"], last["wave"], last["tier_reason"]) == ("premium", PREMIUM, 0, "start rule")
    jobs.check_money()


def test_only_what_the_spec_names_climbs(jobs: Jobs) -> None:
    summary = jobs.run(questions(40), escalate_on=[])
    assert summary["rows"]["escalated"] == 0
    assert summary["rows"]["answered"] == 40  # a refusal that must not climb is the answer
    assert PREMIUM not in jobs.sandbox.bill()["by_model"]
    jobs.check_money()
