"""Whole runs in bundles: nothing lost, nothing paid twice, receipts that add up; refused where nothing was shown."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyarrow import ArrowInvalid
from tests.job_runs import LIGHT, Jobs, opened, questions
from tests.ladders import include
from tests.own_sandbox import OwnSandbox, own_sandbox

from nightshift.batch.answers.splitting import split_uri
from nightshift.batch.bundling.membership import read_requests
from nightshift.batch.dry_run import dry_run
from nightshift.batch.publication.answer_files import AnswerFiles
from nightshift.batch.runner import resume
from nightshift.batch.shards.writer import rows_uri
from nightshift.errors import BudgetExceeded, InvalidSpec, ProviderRefused

pytestmark = pytest.mark.runs

__all__ = ["include", "own_sandbox"]  # fixtures

ROWS, EACH = 40, 4
TRIAL = {"bundle_rows": EACH, "bundle_trial": True}


def statuses(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(row["status"] for row in rows)


def bundles(jobs: Jobs, run_id: str = "run-1") -> list[list[list[int]]]:
    """For every shard the rows of each of its bundles."""
    found = [read_requests(jobs.services, rows_uri(shard.request_uri)) for shard in jobs.shards(run_id)]
    return [[[member.row_number for member in one.bundles[number]] for number in one.bundles] for one in found]


def test_rows_share_requests_and_those_in_doubt_are_asked_again_alone(jobs: Jobs) -> None:
    jobs.run(questions(ROWS), **TRIAL)
    rows = jobs.results()
    assert statuses(rows) == {"answered": ROWS}
    jobs.check_money()
    bill = jobs.sandbox.bill()
    assert bill["duplicate_requests"] == 0
    first, *later = [shard for shard in jobs.shards() if shard.wave == 0]
    assert first.requests == ROWS // EACH
    # The stand-in declines one row in twenty: these rows alone are asked again, once, and pay for their bundle too.
    assert sum(shard.requests for shard in later) < ROWS / 4
    assert {shard.attempt for shard in later} <= {2}
    assert sum((row["cost_usd"] for row in rows), Decimal(0)) == Decimal(bill["cost_usd"])
    assert all(row["cost_usd"] > 0 for row in rows)


def test_the_rows_of_a_bundle_share_its_tokens_and_its_request(jobs: Jobs) -> None:
    jobs.run(questions(ROWS), **TRIAL)
    rows = {row["row_number"]: row for row in jobs.results()}
    shard = next(shard for shard in jobs.shards() if shard.attempt == 1)
    later = [one for one in jobs.shards() if one.shard_id != shard.shard_id]
    asked_again = {number for one in later for number in read_requests(jobs.services, rows_uri(one.request_uri)).rows}
    untouched = [bundle for bundle in bundles(jobs)[0] if not set(bundle) & asked_again]
    assert untouched
    for bundle in untouched:
        assert len({rows[number]["provider_request_id"] for number in bundle}) == 1
        shares = [rows[number]["input_tokens"] for number in bundle]
        assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize("end", ["expire", "cancel"])
def test_bundles_that_were_not_executed_are_asked_again_as_bundles(jobs: Jobs, end: str) -> None:
    jobs.sandbox.faults({"fault": f"{end}_batch", "share": 0.4, "times": 1, "model": LIGHT})
    jobs.run(questions(ROWS), **TRIAL)
    assert statuses(jobs.results()) == {"answered": ROWS}
    jobs.check_money()
    assert jobs.sandbox.bill()["duplicate_requests"] == 0
    first, second, *_ = bundles(jobs)
    done = sorted(row for bundle in first[:4] for row in bundle)
    assert {row for bundle in second for row in bundle} == set(range(1, ROWS + 1)) - set(done)


MISHAPS = {
    "rows that fail for the moment": [{"fault": "row_rate_limit", "rate": 0.4, "seed": 1, "model": LIGHT}],
    "rows that fail for good": [{"fault": "row_error", "rate": 0.4, "seed": 2, "model": LIGHT}],
    "filtered rows": [{"fault": "content_filter", "rate": 0.4, "seed": 3, "model": LIGHT}],
    "lines twice": [{"fault": "duplicate_lines", "rate": 0.4}],
    "lines of nobody": [{"fault": "extra_lines", "rate": 0.4}],
    "lines in any order": [{"fault": "reorder_lines", "seed": 5}],
    "lines missing": [{"fault": "missing_lines", "rate": 0.3, "times": 2}],
    "a truncated file": [{"fault": "truncate_output", "share": 0.5, "times": 1}],
    "wrong usage": [{"fault": "wrong_usage", "rate": 0.5, "seed": 4}],
}


@pytest.mark.parametrize("name", MISHAPS)
def test_whatever_happens_to_a_bundle_no_row_is_lost_and_the_books_agree(jobs: Jobs, name: str) -> None:
    jobs.sandbox.faults(*MISHAPS[name])
    jobs.run(questions(ROWS), **TRIAL)
    assert statuses(jobs.results()) == {"answered": ROWS}
    jobs.check_money()
    assert jobs.sandbox.bill()["duplicate_requests"] == 0


@pytest.mark.parametrize("fault", [None, {"fault": "rate_limit", "rate": 0.2, "seed": 1, "provider": "oci_genai"}])
def test_real_time_shares_requests_too(jobs: Jobs, include: Path, fault: dict[str, Any] | None) -> None:
    jobs.sandbox.faults(*[fault] if fault else [])
    jobs.run(questions(ROWS), tiers="oci_genai", **TRIAL)
    rows = jobs.results()
    assert statuses(rows) == {"answered": ROWS}
    assert {row["mode"] for row in rows} == {"realtime"}
    assert jobs.shards()[0].requests == ROWS // EACH
    jobs.check_money()
    assert jobs.sandbox.bill()["duplicate_requests"] == 0


def test_a_shard_that_moves_to_another_deployment_shares_requests_there(jobs: Jobs, include: Path) -> None:
    both = ["oci/cohere.command-r-08-2024", LIGHT]
    policy = {"tiers": [{"name": "light", "deployments": both}]}
    (include / "policies/tiers/both.yaml").write_text(yaml.safe_dump(policy))
    jobs.sandbox.faults({"fault": "invalid_credentials", "provider": "oci_genai", "after": 4})
    jobs.run(questions(ROWS), tiers="both", escalate_on=[], **TRIAL)
    rows = jobs.results()
    assert statuses(rows) == {"answered": ROWS}
    assert {row["provider"] for row in rows} == {"oci_genai", "openai"}
    jobs.check_money()
    assert EACH in {len(bundle) for bundle in bundles(jobs)[1]}


def test_bedrock_s_batch_api_gets_bundles_where_they_are_enough_for_it(jobs: Jobs, include: Path) -> None:
    jobs.run(questions(240), tiers="bedrock", bundle_rows=2, bundle_trial=True)
    assert statuses(jobs.results()) == {"answered": 240}
    assert (jobs.shards()[0].mode, jobs.shards()[0].requests) == ("batch", 120)
    jobs.check_money()


def test_too_few_bundles_for_a_batch_are_asked_as_rows(jobs: Jobs, include: Path) -> None:
    jobs.run(questions(120), tiers="bedrock", **TRIAL)
    assert (jobs.shards()[0].mode, jobs.shards()[0].requests) == ("batch", 120)
    jobs.check_money()


def test_a_bundle_that_makes_the_provider_refuse_the_batch_is_asked_row_by_row(jobs: Jobs) -> None:
    jobs.sandbox.faults({"fault": "server_error", "on": "files.create", "status": 401})
    with pytest.raises(ProviderRefused, match="401"):
        jobs.run(questions(ROWS), **TRIAL)
    jobs.sandbox.faults()
    uri = jobs.shards()[0].request_uri
    with jobs.services.lake.open(uri) as file:
        lines = file.readlines()
    lines[6] = lines[6].replace(b'"POST"', b'"GET"')
    with jobs.services.lake.create(uri) as path:
        path.write_bytes(b"".join(lines))
    assert resume(jobs.services, "run-1")["rows"]["answered"] == ROWS
    first, bundled, alone, *_ = [shard for shard in jobs.shards() if shard.wave == 0]
    assert (first.outcome, first.requests) == ("failed", ROWS // EACH)
    assert (bundled.requests, alone.requests) == (ROWS // EACH - 1, EACH)
    assert read_requests(jobs.services, rows_uri(alone.request_uri)).numbers == [25, 26, 27, 28]
    jobs.check_money()


def test_a_dry_run_of_another_policy_sees_each_row_s_own_answer(jobs: Jobs) -> None:
    jobs.run(questions(ROWS), escalate_on=[], **TRIAL)
    asked_alone = sum(shard.answered for shard in jobs.shards() if shard.attempt > 1)
    same = dry_run(jobs.services, "run-1", jobs.services.job("run-1").guardrails)
    assert (same.output.texts, same.output.changed) == (ROWS + asked_alone, 0)


UNSHOWN = "was not shown to be harmless"


def test_without_evidence_a_job_may_not_bundle(jobs: Jobs) -> None:
    with pytest.raises(InvalidSpec, match=UNSHOWN) as refused:
        jobs.run(questions(3), bundle_rows=EACH)
    assert refused.value.field == "bundle_rows"
    jobs.check_nothing_happened()


@pytest.mark.parametrize("rows", [0, 33])
def test_sizes_out_of_range_are_refused(jobs: Jobs, rows: int) -> None:
    with pytest.raises(InvalidSpec, match="bundle_rows"):
        jobs.run(questions(3), bundle_rows=rows)


def test_answers_that_would_not_fit_into_one_are_refused_with_the_size_that_does(jobs: Jobs) -> None:
    with pytest.raises(InvalidSpec, match="limit: 19") as refused:
        jobs.run(questions(3), bundle_rows=20, bundle_trial=True)
    assert refused.value.field == "bundle_rows"


@pytest.fixture
def recorded(
    own_home: Path, tmp_path: Path, own_sandbox: OwnSandbox, monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[tuple[Jobs, OwnSandbox]]:  # fmt: skip
    """Jobs whose answers the test chooses."""
    own_home.mkdir()
    shutil.copy(request.getfixturevalue("_migrated_sqlite"), own_home / "nightshift.db")
    with opened(tmp_path, own_sandbox.client, monkeypatch) as found:
        yield found, own_sandbox


def test_a_bundle_with_one_row_that_the_provider_refuses_is_asked_row_by_row(
    recorded: tuple[Jobs, OwnSandbox],
) -> None:
    jobs, sandbox = recorded
    rows = questions(8)
    said = {row["question"]: json.dumps({"reasoning": "sum", "answer": str(place)}) for place, row in enumerate(rows)}
    del said[rows[5]["question"]]
    sandbox.answer(said)
    jobs.run(rows, **TRIAL)
    found = jobs.results()
    assert [row["status"] for row in found] == ["answered"] * 5 + ["dead_lettered"] + ["answered"] * 2
    assert [json.loads(row["answer"])["answer"] for row in found if row["answer"]] == [
        "0",
        "1",
        "2",
        "3",
        "4",
        "6",
        "7",
    ]
    jobs.check_money()
    first, second, *_ = jobs.shards()
    assert (first.requests, second.requests) == (2, 4)


def test_publishing_opens_the_shares_of_rows_in_doubt_when_their_shard_is_reached(
    include: Path, recorded: tuple[Jobs, OwnSandbox]
) -> None:
    limits = include / "models/providers.yaml"
    limits.write_text(limits.read_text().replace("max_requests: 50000", "max_requests: 5", 1))
    jobs, sandbox = recorded
    rows = questions(ROWS)
    said = {row["question"]: json.dumps({"reasoning": "sum", "answer": "1"}) for row in rows}
    sandbox.answer(said | {rows[29]["question"]: "I cannot help with that."})
    jobs.run(rows, escalate_on=[], **TRIAL)
    first, second = sorted((one for one in jobs.shards() if one.attempt == 1), key=lambda one: one.first_row)
    assert (first.first_row, second.first_row) == (1, 21)
    assert not jobs.services.lake.exists(split_uri(str(first.answers_uri)))
    answers = AnswerFiles(jobs.services, "run-1")
    with jobs.services.lake.create(split_uri(str(second.answers_uri))) as path:
        path.write_bytes(b"not to be opened yet")
    assert answers.take(20).num_rows == 20
    with pytest.raises(ArrowInvalid):
        answers.take(ROWS)


def test_without_budget_for_asking_alone_rows_in_doubt_end_with_what_their_bundle_cost(
    recorded: tuple[Jobs, OwnSandbox],
) -> None:
    jobs, sandbox = recorded
    rows = questions(ROWS)
    sandbox.answer({row["question"]: "I cannot help with that." for row in rows})
    with pytest.raises(BudgetExceeded) as refused:
        jobs.run(rows, "run-0", budget_usd="0.000001", output=None, **TRIAL)
    enough = str(refused.value.limit).rpartition("$")[2]
    jobs.run(rows, budget_usd=str(Decimal(enough) + Decimal("0.000005")), **TRIAL)  # it was rounded
    found = jobs.results()
    assert statuses(found) == {"dead_lettered": ROWS}
    # The others could just be afforded one tier up, which declined as well.
    assert any("the model declined; no result, and asking again does not fit" in row["reason"] for row in found)
    assert all(row["cost_usd"] > 0 for row in found)
    assert [shard.attempt for shard in jobs.shards() if shard.wave == 0] == [1]
    jobs.check_money()
