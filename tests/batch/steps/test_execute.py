"""Whole runs while the provider misbehaves: nothing lost, nothing paid twice, the books right to the picodollar."""

from __future__ import annotations

import logging
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.job_runs import LIGHT, Jobs, questions

from nightshift.batch.runner import TRIES, resume
from nightshift.batch.steps.execute.collect import MOST_ATTEMPTS
from nightshift.errors import ProviderRefused, ProviderUnavailable

ROWS = 40


def statuses(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(row["status"] for row in rows)


@pytest.mark.parametrize("end", ["expire", "cancel"])
def test_a_batch_that_ends_half_done_is_salvaged_and_only_the_rest_asked_again(jobs: Jobs, end: str) -> None:
    jobs.sandbox.faults({"fault": f"{end}_batch", "share": 0.4, "times": 2, "model": LIGHT})
    jobs.run(questions(ROWS))
    assert statuses(jobs.results()) == {"answered": ROWS}
    jobs.check_money()
    bill = jobs.sandbox.bill()
    assert bill["duplicate_requests"] == 0
    assert bill["by_model"][LIGHT]["requests"] == ROWS
    attempts = [(shard.attempt, shard.requests, shard.answered) for shard in jobs.shards() if shard.wave == 0]
    assert attempts == [(1, 40, 16), (2, 24, 9), (3, 15, 15)]


# Row errors: the first passes with the next attempt, the second never does and the row climbs.
def test_rows_that_fail_for_the_moment_are_asked_again_and_others_go_one_tier_up(jobs: Jobs) -> None:
    jobs.sandbox.faults(
        {"fault": "row_rate_limit", "rate": 0.3, "seed": 1, "model": LIGHT},
        {"fault": "row_error", "rate": 0.2, "seed": 2, "model": LIGHT},
    )
    jobs.run(questions(ROWS))
    rows = jobs.results()
    assert statuses(rows) == {"answered": ROWS}
    assert Counter(row["tier"] for row in rows)["premium"] >= 4
    jobs.check_money()
    assert jobs.sandbox.bill()["by_model"][LIGHT]["row_errors"] > 8
    light = [shard for shard in jobs.shards() if shard.wave == 0]
    assert 1 < len(light) <= MOST_ATTEMPTS
    assert light[1].requests < ROWS / 2


def test_rows_that_no_tier_can_answer_are_dead_lettered_with_the_provider_s_code(jobs: Jobs) -> None:
    jobs.sandbox.faults(
        {"fault": "row_error", "rate": 0.2, "seed": 3, "code": "content_policy_violation"},
        {"fault": "row_error", "rate": 0.1, "seed": 4, "status": 503},
    )
    jobs.run(questions(ROWS))
    dead = [row for row in jobs.results() if row["status"] == "dead_lettered"]
    assert dead
    reasons = {row["reason"] for row in dead}
    assert "failed on tier premium: provider error content_policy_violation" in reasons
    assert any("no result after" in reason for reason in reasons)
    assert all(row["cost_usd"] == 0 for row in dead)
    jobs.check_money()


HARMLESS = {
    "duplicated": ({"fault": "duplicate_lines", "rate": 0.3}, "duplicate"),
    "extra": ({"fault": "extra_lines", "rate": 0.3}, "unknown"),
    "reordered": ({"fault": "reorder_lines", "seed": 5}, None),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_odd_but_complete_result_files_change_nothing(jobs: Jobs, name: str, caplog: pytest.LogCaptureFixture) -> None:
    fault, anomaly = HARMLESS[name]
    jobs.sandbox.faults(fault)
    with caplog.at_level(logging.WARNING, "nightshift"):
        jobs.run(questions(ROWS))
    assert statuses(jobs.results()) == {"answered": ROWS}
    jobs.check_money()
    assert jobs.sandbox.bill()["duplicate_requests"] == 0
    assert {shard.attempt for shard in jobs.shards()} == {1}
    assert (anomaly is None) == ("odd result lines" not in caplog.text)
    assert anomaly is None or anomaly in caplog.text


LOSING = {
    "missing": {"fault": "missing_lines", "rate": 0.3, "times": 6},
    "malformed": {"fault": "malformed_lines", "rate": 0.3, "times": 6},
    "truncated": {"fault": "truncate_output", "share": 0.5, "times": 1},
}


@pytest.mark.parametrize("name", LOSING)
def test_what_the_provider_billed_and_did_not_deliver_climbs_and_is_never_paid_twice(jobs: Jobs, name: str) -> None:
    jobs.sandbox.faults(LOSING[name])
    jobs.run(questions(ROWS))
    rows = jobs.results()
    assert statuses(rows) == {"answered": ROWS}
    assert {shard.attempt for shard in jobs.shards()} == {1}
    assert jobs.sandbox.bill()["duplicate_requests"] == 0
    jobs.check_money()
    climbed = [row for row in rows if row["wave"] == 1]
    light = min(row["cost_usd"] for row in rows if row["wave"] == 0)
    assert climbed
    assert all(row["cost_usd"] > light for row in climbed), "the lost answer is on its row's receipt"


def test_results_that_were_deleted_before_collection_are_paid_and_climb(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "delete_results", "times": 1})
    jobs.run(questions(ROWS))
    assert {(row["status"], row["tier"]) for row in jobs.results()} == {("answered", "premium")}
    jobs.check_money()


def test_usage_that_lines_state_wrongly_is_corrected_to_the_sum_that_is_billed(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "wrong_usage", "rate": 0.3})
    jobs.run(questions(ROWS))
    jobs.check_money()


def test_a_batch_refused_as_a_whole_stops_the_run_until_the_cause_is_mended(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "fail_batch", "code": "billing_hard_limit_reached"})
    with pytest.raises(ProviderRefused, match=r"billing_hard_limit_reached.*nightshift batch resume run-1"):
        jobs.run(questions(ROWS))
    for _ in range(MOST_ATTEMPTS):  # the operator tries too early: that costs the rows none of their attempts
        with pytest.raises(ProviderRefused, match="billing_hard_limit_reached"):
            resume(jobs.services, "run-1")
    assert jobs.sandbox.bill()["requests"] == 0
    jobs.sandbox.faults()
    assert resume(jobs.services, "run-1")["rows"]["answered"] == ROWS
    jobs.check_money()
    assert jobs.sandbox.bill()["by_model"][LIGHT]["requests"] == ROWS


def test_a_provider_whose_queue_is_full_gets_the_batch_again(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "fail_batch", "code": "token_limit_exceeded", "times": 2})
    assert jobs.run(questions(ROWS))["rows"]["answered"] == ROWS
    jobs.check_money()
    assert jobs.sandbox.bill()["by_model"][LIGHT]["requests"] == ROWS


def test_a_line_that_makes_the_provider_refuse_the_batch_sets_only_its_own_row_aside(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "server_error", "on": "files.create", "status": 401})
    with pytest.raises(ProviderRefused, match="401"):
        jobs.run(questions(ROWS))
    jobs.sandbox.faults()
    uri = jobs.shards()[0].request_uri
    with jobs.services.lake.open(uri) as file:
        lines = file.readlines()
    lines[6] = lines[6].replace(b'"POST"', b'"GET"')
    with jobs.services.lake.create(uri) as path:
        path.write_bytes(b"".join(lines))
    assert resume(jobs.services, "run-1")["rows"]["answered"] == ROWS
    row = jobs.results()[6]
    assert (row["tier"], row["wave"], row["tier_reason"]) == ("premium", 1, "escalated")
    attempts = [(shard.requests, shard.outcome) for shard in jobs.shards() if shard.wave == 0]
    assert attempts == [(ROWS, "failed"), (ROWS - 1, "completed")]
    jobs.check_money()


OPERATIONS = (
    "files.create", "batches.create", "batches.retrieve", "files.retrieve", "files.content", "batches.list",
)  # fmt: skip


@pytest.mark.parametrize("fault", ["rate_limit", "server_error"])
def test_each_operation_may_fail_for_a_moment(jobs: Jobs, fault: str) -> None:
    more = {"seconds": 0.01} if fault == "rate_limit" else {"status": 503}
    jobs.sandbox.faults(*({"fault": fault, "on": name, "times": 1, **more} for name in OPERATIONS))
    assert jobs.run(questions(ROWS))["rows"]["answered"] == ROWS
    jobs.check_money()
    assert jobs.sandbox.bill()["by_model"][LIGHT]["requests"] == ROWS


def test_waiting_for_room_uses_up_none_of_the_tries_that_failures_have(jobs: Jobs) -> None:
    jobs.sandbox.faults(
        {"fault": "rate_limit", "on": "batches.create", "times": TRIES + 2, "seconds": 0.01},
        {"fault": "server_error", "status": 503, "on": "batches.create", "times": 2},
    )
    assert jobs.run(questions(ROWS))["rows"]["answered"] == ROWS
    jobs.check_money()


@pytest.mark.parametrize("fault", ["connection_reset", "accept_then_reset"])
def test_a_connection_lost_while_submitting_never_makes_a_second_batch(jobs: Jobs, fault: str) -> None:
    # The second batch is the one that escalates, the third request a repeated one.
    jobs.sandbox.faults(
        {"fault": fault, "on": "files.create", "times": 1}, {"fault": fault, "on": "batches.create", "times": 2}
    )
    assert jobs.run(questions(ROWS))["rows"]["answered"] == ROWS
    jobs.check_money()
    assert len(jobs.sandbox.batches()) == len(jobs.shards())
    assert jobs.sandbox.bill()["duplicate_requests"] == 0


def test_a_download_that_is_cut_is_fetched_again_whole(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "connection_reset", "on": "files.content", "share": 0.5, "times": 2})
    assert jobs.run(questions(ROWS))["rows"]["answered"] == ROWS
    jobs.check_money()
    assert jobs.sandbox.bill()["duplicate_requests"] == 0


# Cancelling fails for a moment too: that must neither end the run nor let the batch go on.
def test_at_the_deadline_a_slow_batch_is_cancelled_salvaged_and_the_rest_dead_lettered(jobs: Jobs) -> None:
    jobs.sandbox.faults(
        {"fault": "slow_batch", "seconds": 40},
        {"fault": "server_error", "on": "batches.cancel", "status": 503, "times": 1},
        {"fault": "rate_limit", "on": "batches.cancel", "seconds": 0.01, "times": 1},
    )
    jobs.run(questions(ROWS), deadline="0.15m")
    rows = jobs.results()
    found = statuses(rows)
    assert set(found) == {"answered", "dead_lettered"}
    assert found.total() == ROWS
    assert all("deadline" in row["reason"] for row in rows if row["status"] == "dead_lettered")
    assert {batch["status"] for batch in jobs.sandbox.batches()} == {"cancelled"}
    jobs.check_money()


def test_nothing_is_submitted_after_the_deadline(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "server_error", "on": "files.create", "status": 401})
    with pytest.raises(ProviderRefused, match="401"):
        jobs.run(questions(ROWS), deadline="0.1m")
    jobs.sandbox.faults()
    wait_until(jobs.record().deadline)
    assert resume(jobs.services, "run-1")["rows"]["dead_lettered"] == ROWS
    assert {row["reason"] for row in jobs.results()} == {"never asked: the deadline passed first"}
    assert jobs.sandbox.bill()["batches_created"] == 0
    jobs.check_money()


def test_a_provider_that_stays_away_leaves_a_run_that_can_be_resumed(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "server_error", "on": "batches.create"})
    with pytest.raises(ProviderUnavailable, match="status 5"):
        jobs.run(questions(ROWS))
    assert jobs.record().state == "prepared"
    jobs.sandbox.faults()
    assert resume(jobs.services, "run-1")["rows"]["answered"] == ROWS
    jobs.check_money()


def test_a_provider_that_says_when_to_come_back_is_waited_for_beyond_the_usual_tries(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "rate_limit", "on": "batches.create", "seconds": 0.01, "times": TRIES + 3})
    assert jobs.run(questions(ROWS))["rows"]["answered"] == ROWS
    jobs.check_money()


def wait_until(moment: datetime) -> None:
    while datetime.now(UTC) <= moment:
        time.sleep(0.05)
