"""What the report says of a run's prompt: where it stands, what moving would save, and what is missing to know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.batch.outcomes.conftest import sums, tier_policy
from tests.guarded_jobs import POLICY, Include, include
from tests.job_runs import LIGHT, PREMIUM, Jobs, jobs, questions
from tests.outcome_rows import outcome_file, outcome_lines

from nightshift.batch.job import ResolvedJob
from nightshift.batch.outcomes.importing import import_outcomes
from nightshift.batch.outcomes.rows import CollectedOutcome
from nightshift.batch.right_sizing.costs import with_real_costs
from nightshift.batch.right_sizing.page import as_json, write_report
from nightshift.batch.right_sizing.sizing import right_sizing
from nightshift.batch.right_sizing.strategy_now import strategy_now
from nightshift.batch.tiering.cascade import Cascade
from nightshift.tiering.cases import Cases

pytestmark = pytest.mark.runs

__all__ = ["include", "jobs"]  # fixtures

ALL_PREMIUM = {"strategy": "direct", "threshold": 0.0}


@pytest.fixture
def ran(jobs: Jobs, include: Include) -> Jobs:
    """A run of 20 rows whose sandbox answers; then there is something to say where it stands."""
    include.policy(POLICY)
    jobs.run(questions(20))
    return jobs


def told(jobs: Jobs) -> dict[str, Any]:
    [found] = right_sizing(jobs.services)
    return as_json(found)


def take(jobs: Jobs, count: int, **fields: Any) -> None:
    import_outcomes(jobs.services, outcome_file(jobs.folder, outcome_lines(count, **fields), f"{count}.jsonl"))


def test_without_sampled_rows_the_report_says_how_many_are_missing_and_what_to_do(ran: Jobs, include: Include) -> None:
    assert told(ran)["verdict"] == "not enough: 0 of 90 sampled cases; switch on trial_share in the tier policy default"
    take(ran, 40)
    found = told(ran)
    assert found["verdict"].startswith("not enough: 40 of 90 sampled cases; switch on trial_share")
    assert (found["cases"], found["here"], found["curve"], found["move"]) == (40, None, [], None)
    assert found["present"]["asked_rows"] == 20
    assert found["present"]["usd"] == pytest.approx(ran.record().summary["cost_usd"])  # type: ignore[index]
    tier_policy(include, trial_share=0.1)
    ran.run(questions(20, first=100), "run-2")
    assert told(ran)["verdict"] == "not enough: 40 of 90 sampled cases; its trial rows will bring them"
    assert (told(ran)["present"]["runs"], told(ran)["present"]["rows"]) == (2, 40)


def test_a_job_that_asks_premium_for_everything_is_shown_what_moving_saves(jobs: Jobs, include: Include) -> None:
    include.policy(POLICY)
    tier_policy(
        include,
        start=[{"tier": "premium", "input_characters_above": 0}],
        cascade=ALL_PREMIUM,
    )
    jobs.run(sums(20), grader={"kind": "numeric", "reference": "right"})
    take(jobs, 600, light_correct=True)
    found = told(jobs)
    move, here = found["move"], found["here"]
    assert here["premium_share"] == 1
    assert found["strategy"] == "direct"
    assert move["name"] == "light only"
    assert move["usd_per_1000_rows"] < here["cost"]
    low, high = move["saves_usd_interval"]
    assert 0 < low < move["saves_usd_in_30_days"] < high
    assert move["saves_usd_in_30_days"] == pytest.approx(20 / 1000 * (here["cost"] - move["usd_per_1000_rows"]))
    assert move["guaranteed"]
    assert f"; {move['statement']}" in found["verdict"]
    assert found["verdict"].startswith(f"{move['name']} saves $")
    assert (
        found["present"]["quality_interval"][0]
        <= found["present"]["quality"]
        <= found["present"]["quality_interval"][1]
    )
    names = {point["name"] for point in found["curve"]}
    assert names == {"light only", "premium only", "direct", "verify"}


def test_a_job_that_is_as_cheap_as_can_be_stays(ran: Jobs) -> None:
    take(ran, 600, light_correct=True)
    assert told(ran)["verdict"].startswith("stay: nothing cheaper is known to reach 99.")


def test_rows_that_were_only_compared_with_premium_promise_nothing(jobs: Jobs, include: Include) -> None:
    include.policy(POLICY)
    tier_policy(include, start=[{"tier": "premium", "input_characters_above": 0}], cascade=ALL_PREMIUM)
    jobs.run(sums(20), grader={"kind": "numeric", "reference": "right"})
    take(jobs, 600, light_correct=True, graded=False)
    found = told(jobs)
    assert (found["move"]["name"], found["move"]["guaranteed"]) == ("light only", False)
    assert ", but not guaranteed: answers were only compared with premium's" in found["verdict"]


def test_agreement_of_prose_is_tried_with_the_comparator_that_admission_uses(jobs: Jobs, include: Include) -> None:
    include.policy(POLICY)
    second = "gpt-4.1-nano-2025-04-14"
    tier_policy(
        include,
        tiers=[{"name": name, "deployments": [name]} for name in (LIGHT, second, PREMIUM)],
        cascade={"strategy": "agreement", "comparator": "embedding", "similarity": 0.9},
    )
    jobs.run(questions(20))
    said = "The train leaves the station at noon."
    opinions = [{"model": second, "answer": said.replace("the station", "its station"), "correct": True}]
    take(jobs, 100, light_answer=said, light_correct=True, opinions=opinions)
    found = told(jobs)
    assert found["here"]["premium_share"] == 0
    assert "agreement of 2" in {point["name"] for point in found["curve"]}


def test_the_page_shows_every_prompt_and_marks_the_sandbox(ran: Jobs) -> None:
    take(ran, 600)
    uri = write_report(ran.services)
    page = Path(uri.removeprefix("file://")).read_text()
    [written] = json.loads(Path(uri.removeprefix("file://")).with_suffix(".json").read_text())
    assert written["prompt"] == "grade_school_math@1.0.0"
    for shown in ("math-tutor: grade_school_math@1.0.0", "Sandbox.", "<svg", "premium only", "now (ladder)"):
        assert shown in page
    assert written["verdict"].split(":")[0] in page
    assert "Ann has" not in page, "no text of a row"


def test_only_what_was_asked_for_is_reported(ran: Jobs) -> None:
    assert right_sizing(ran.services, "support-desk") == []
    assert right_sizing(ran.services, prompt="triage_ticket") == []
    assert len(right_sizing(ran.services, "math-tutor", "grade_school_math")) == 1


def rows(*accepted: bool) -> list[CollectedOutcome]:
    return [
        CollectedOutcome(
            prompt="p", light_correct=good, premium_correct=True, light_accepted=good, light_usd=1.0, premium_usd=8.0
        )
        for good in accepted
    ]


def cases(count: int) -> Cases:
    ones = np.ones(count)
    return Cases(ones * 0, ones, ones * 0.1, ones * 0.5, ones, ones * 0.5)


def test_a_ladder_pays_for_premium_where_the_light_answer_fails_its_checks() -> None:
    some = rows(True, False, False, True)
    known = Cases(**{**vars(cases(4)), "light": np.array([1.0, 0.0, 0.0, 0.0])})
    result = strategy_now(Cascade(), some, with_real_costs(known, some))
    assert result is not None
    assert result.escalated.tolist() == [False, True, True, False]
    assert result.right.tolist() == [1, 1, 1, 0]
    assert result.cost.tolist() == [1, 9, 9, 1]


def test_agreement_that_the_rows_cannot_show_is_not_guessed() -> None:
    assert strategy_now(Cascade(strategy="agreement"), rows(True), cases(1)) is None


def test_paid_costs_replace_estimates_only_where_every_row_has_them() -> None:
    some = rows(True, False)
    found = with_real_costs(cases(2), some)
    assert (found.light_cost.tolist(), found.premium_cost.tolist()) == ([1, 1], [8, 8])
    assert found.baseline_cost.tolist() == [16, 16], "as much dearer than premium as its list price is"
    unpaid = [some[0], some[1].model_copy(update={"light_usd": None})]
    assert with_real_costs(cases(2), unpaid).light_cost.tolist() == [0.1, 0.1]


def test_premium_is_named_by_the_first_model_of_the_last_tier(ran: Jobs) -> None:
    job: ResolvedJob = right_sizing(ran.services)[0].present.latest
    assert told(ran)["premium"] == job.tiers[-1].deployments[0].model == PREMIUM
