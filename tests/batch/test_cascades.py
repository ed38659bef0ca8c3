"""Cascades on the whole job: which models a row is asked of, which answer is published, what that costs."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.job_runs import Jobs, opened
from tests.shared_sandbox import Sandbox

from nightshift.errors import InvalidSpec
from nightshift.sandbox import control
from nightshift.sandbox.service import Options
from nightshift.settings import project_root

LIGHT, SECOND, THIRD, PREMIUM = (
    "gpt-4o-mini-2024-07-18",
    "gpt-4.1-nano-2025-04-14",
    "gpt-4.1-mini-2025-04-14",
    "gpt-4o-2024-08-06",
)
NUMERIC = {"kind": "numeric", "reference": "reference"}
SURE = "Two and two are 2 + 2 = 4.\n#### 4"  # its sum is right and uses the question's numbers
DOUBTFUL = "I am not sure. 2 + 2 = 5, so maybe -3.5\n#### -3.5"
AGREEMENT = {"strategy": "agreement", "comparator": "numeric"}


def row(number: int, **answers: str) -> dict[str, Any]:
    """A recorded question with what each model answers; the right answer is 4."""
    return {
        "id": f"q{number}",
        "question": f"Question {number:03d}: how much is 2 plus 2?",
        "reference": "4",
        "answers": {model: {"text": text} for model, text in answers.items()},
    }


def all_models(light: str, second: str, third: str, premium: str) -> dict[str, str]:
    return {LIGHT: light, SECOND: second, THIRD: third, PREMIUM: premium}


# What the light, second and third model say, then premium.
AGREE = [row(n, **all_models("#### 4", "four, or 4.0", "#### 9", "#### 4")) for n in range(1, 6)]
AGREE_WRONGLY = [row(n, **all_models("#### 5", "#### 5", "#### 4", "#### 4")) for n in range(6, 8)]
SECOND_AND_THIRD = [row(n, **all_models("#### 7", "#### 4", "#### 4", "#### 8")) for n in range(8, 10)]
NONE_AGREE = [row(n, **all_models("#### 1", "#### 2", "#### 3", "#### 4")) for n in range(10, 13)]
UNREADABLE = [row(n, **all_models("no idea", "#### 4", "#### 6", "#### 4")) for n in range(13, 15)]
ROWS = [*AGREE, *AGREE_WRONGLY, *SECOND_AND_THIRD, *NONE_AGREE, *UNREADABLE]
VERIFIED = [row(n, **all_models(SURE if n % 2 else DOUBTFUL, "#### 9", "#### 9", "#### 4")) for n in range(1, 21)]


class Cascades:
    """Runs recorded rows under a tier policy written here."""

    def __init__(self, jobs: Jobs, include: Path) -> None:
        self.jobs, self.include = jobs, include

    def run(
        self, cascade: dict[str, Any], models: list[str], rows: list[dict[str, Any]], run_id: str = "run-1", **more: Any
    ) -> dict[str, Any]:
        tiers = [{"name": f"tier{place}", "deployments": [model]} for place, model in enumerate(models)]
        spec = {
            name: more.pop(name)
            for name in ("quality", "escalate_on", "deadline", "budget_usd", "bundle_rows")
            if name in more
        }
        spec["grader"] = more.pop("grader", NUMERIC)
        policy = {"tiers": tiers, "cascade": cascade, **more}
        (self.include / "policies/tiers/tried.yaml").write_text(yaml.safe_dump(policy))
        return self.jobs.run(rows, run_id, tiers="tried", **spec)

    def asked(self) -> Counter[str]:
        bill = self.jobs.sandbox.bill()["by_model"]
        return Counter({model: bill[model]["requests"] for model in bill if bill[model]["requests"]})


@pytest.fixture
def cascades(
    jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Cascades]:
    """Against a sandbox that answers what is recorded: ROWS, or the fixture's parameter."""
    include = tmp_path / "include"
    shutil.copytree(project_root() / "include", include)
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(include))
    recording = tmp_path / "recording.jsonl"
    recording.write_text("".join(json.dumps(item) + "\n" for item in getattr(request, "param", ROWS)))
    state = tmp_path / "replay"
    server = Sandbox(control.start(state, 0, Options(replay=str(recording))).url)
    with opened(tmp_path, server, monkeypatch) as found:
        yield Cascades(found, include)
    control.stop(state)


def published(cascades: Cascades) -> dict[str, tuple[str, str, str]]:
    """Row -> tier, grade and why that tier."""
    cascades.jobs.check_money()
    return {item["request_id"]: (item["tier"], item["grade"], item["tier_reason"]) for item in cascades.jobs.results()}


def test_two_cheap_models_that_agree_spare_premium_and_disagreement_asks_it(cascades: Cascades) -> None:
    summary = cascades.run(AGREEMENT, [LIGHT, SECOND, PREMIUM], ROWS)
    found = published(cascades)
    assert cascades.asked() == {LIGHT: 14, SECOND: 14, PREMIUM: 7}
    assert {found[item["id"]] for item in AGREE} == {("tier0", "correct", "two cheaper models agree")}
    assert {found[item["id"]] for item in AGREE_WRONGLY} == {("tier0", "wrong", "two cheaper models agree")}
    assert {found[item["id"]] for item in NONE_AGREE} == {("tier2", "correct", "no two cheaper models agree")}
    assert {found[item["id"]] for item in UNREADABLE} == {("tier2", "correct", "no two cheaper models agree")}
    assert summary["rows"]["escalated"] == 7


def test_the_second_opinion_rides_in_the_first_wave_so_that_premium_comes_in_the_second(cascades: Cascades) -> None:
    cascades.run(AGREEMENT, [LIGHT, SECOND, PREMIUM], ROWS)
    waves = {(shard.tier, shard.wave) for shard in cascades.jobs.shards()}
    assert waves == {("tier0", 0), ("tier1", 0), ("tier2", 1)}


def test_a_third_cheap_model_is_asked_only_where_the_first_two_disagree(cascades: Cascades) -> None:
    cascades.run(AGREEMENT, [LIGHT, SECOND, THIRD, PREMIUM], ROWS)
    found = published(cascades)
    assert cascades.asked() == {LIGHT: 14, SECOND: 14, THIRD: 7, PREMIUM: 5}
    assert {found[item["id"]] for item in SECOND_AND_THIRD} == {("tier1", "correct", "two cheaper models agree")}


@pytest.mark.parametrize("cascades", [VERIFIED], indirect=True)
def test_only_doubtful_answers_get_a_second_opinion_where_a_threshold_says_so(cascades: Cascades) -> None:
    cascades.run({**AGREEMENT, "threshold": 0.5}, [LIGHT, SECOND, PREMIUM], VERIFIED)
    found = published(cascades)
    assert cascades.asked() == {LIGHT: 20, SECOND: 10, PREMIUM: 10}
    assert {tier for tier, _, _ in found.values()} == {"tier0", "tier2"}
    assert found["q1"][2].startswith("doubt 0.")
    assert found["q1"][2].endswith("second opinion from 0.500")


@pytest.mark.parametrize("cascades", [VERIFIED], indirect=True)
def test_verify_sends_the_doubtful_answers_to_the_last_tier_and_keeps_the_others(cascades: Cascades) -> None:
    cascades.run({"strategy": "verify", "threshold": 0.5}, [LIGHT, SECOND, PREMIUM], VERIFIED)
    found = published(cascades)
    assert cascades.asked() == {LIGHT: 20, PREMIUM: 10}
    assert {grade for _, grade, _ in found.values()} == {"correct"}
    assert {found[f"q{n}"][0] for n in range(1, 21, 2)} == {"tier0"}
    assert {found[f"q{n}"][0] for n in range(2, 21, 2)} == {"tier2"}
    assert all(why.endswith("premium from 0.500") for _, _, why in found.values())


@pytest.mark.parametrize("cascades", [VERIFIED], indirect=True)
def test_a_doubtful_answer_is_published_where_premium_gives_none(cascades: Cascades) -> None:
    cascades.jobs.sandbox.faults({"fault": "row_error", "model": PREMIUM})
    cascades.run({"strategy": "verify", "threshold": 0.5}, [LIGHT, PREMIUM], VERIFIED)
    rows = cascades.jobs.results()
    assert {item["status"] for item in rows} == {"answered"}
    assert {item["tier"] for item in rows} == {"tier0"}
    cascades.jobs.check_money()


@pytest.mark.parametrize(
    "cascade", [{"strategy": "verify", "threshold": 0.99}, {"strategy": "direct", "threshold": 1.0}]
)
def test_an_answer_that_fails_its_checks_goes_to_the_last_tier_not_to_the_middle(
    cascades: Cascades, cascade: dict[str, Any]
) -> None:
    cascades.run(cascade, [LIGHT, SECOND, PREMIUM], UNREADABLE)
    assert cascades.asked() == {LIGHT: 2, PREMIUM: 2}


@pytest.mark.parametrize("cascades", [VERIFIED], indirect=True)
@pytest.mark.parametrize("cascade", [{"strategy": "verify", "threshold": 0.5}, {**AGREEMENT, "threshold": 0.5}])
def test_a_row_that_premium_was_due_to_answer_is_told_and_its_answer_kept_for_no_other_run(
    cascades: Cascades, cascade: dict[str, Any]
) -> None:
    models = [LIGHT, SECOND, PREMIUM]
    cascades.jobs.sandbox.faults(*({"fault": "row_error", "model": model} for model in (SECOND, PREMIUM)))
    poor = cascades.run(cascade, models, VERIFIED, "poor")
    rows = {item["request_id"]: item for item in cascades.jobs.results("poor")}
    doubted = [rows[f"q{n}"] for n in range(2, 21, 2)]
    assert {item["tier"] for item in doubted} == {"tier0"}
    assert all("another model was due" in item["tier_reason"] for item in doubted)
    assert "another model was due" not in rows["q1"]["tier_reason"]
    assert any(alert.startswith("rows with a cheaper model's answer") and ": 10;" in alert for alert in poor["alerts"])
    cascades.jobs.sandbox.faults()
    rich = cascades.run(cascade, models, VERIFIED, "rich")
    assert rich["rows"]["cached"] == 10
    assert rich["alerts"] == []
    assert all(rows["grade"] == "correct" for rows in cascades.jobs.results("rich"))
    cascades.jobs.check_money("poor", "rich")


def test_direct_asks_each_row_of_one_tier_only(cascades: Cascades) -> None:
    long = [{**item, "question": f"{item['question']} " + "Anna has 3 apples and 14 pears. " * 30} for item in AGREE]
    summary = cascades.run({"strategy": "direct", "threshold": 0.0}, [LIGHT, PREMIUM], long)
    assert cascades.asked() == {PREMIUM: 5}
    assert summary["rows"]["escalated"] == 0
    assert all(item["tier_reason"].startswith("difficulty 0.") for item in cascades.jobs.results())


def test_direct_with_a_threshold_between_scores_divides_the_rows_by_them(cascades: Cascades) -> None:
    long = [{**item, "question": f"{item['question']} " + "Anna has 3 apples and 14 pears. " * 30} for item in AGREE]
    cascades.run({"strategy": "direct", "threshold": 0.0}, [LIGHT, PREMIUM], [*long, *NONE_AGREE], "scored")
    scores = [float(item["tier_reason"].split()[1].rstrip(",")) for item in cascades.jobs.results("scored")]
    cut = (max(scores) + min(scores)) / 2
    cascades.run({"strategy": "direct", "threshold": cut}, [LIGHT, PREMIUM], [*long, *NONE_AGREE])
    tiers = [item["tier"] for item in cascades.jobs.results()]
    assert tiers == ["tier1" if score >= cut else "tier0" for score in scores]
    assert set(tiers) == {"tier0", "tier1"}


def test_equal_rows_get_the_answer_that_the_first_of_them_got(cascades: Cascades) -> None:
    again = [{**item, "id": f"{item['id']}-again"} for item in ROWS]
    cascades.run(AGREEMENT, [LIGHT, SECOND, PREMIUM], [*ROWS, *again])
    found = published(cascades)
    assert cascades.asked() == {LIGHT: 14, SECOND: 14, PREMIUM: 7}
    assert all(found[item["id"]] == found[f"{item['id']}-again"] for item in ROWS)
    assert sum(item["deduplicated"] for item in cascades.jobs.results()) == 14


def test_answers_of_a_cascade_are_found_in_the_cache_by_the_same_cascade_only(cascades: Cascades) -> None:
    cascades.run(AGREEMENT, [LIGHT, SECOND, PREMIUM], ROWS, "first")
    before = cascades.asked()
    assert cascades.run(AGREEMENT, [LIGHT, SECOND, PREMIUM], ROWS, "second")["rows"]["cached"] == 14
    assert cascades.asked() == before
    assert cascades.run({"strategy": "ladder"}, [LIGHT, SECOND, PREMIUM], ROWS, "third")["rows"]["cached"] == 0


@pytest.mark.parametrize("cascade", [{"strategy": "ladder"}, AGREEMENT, {"strategy": "verify", "threshold": 0.99}])
def test_trial_rows_are_asked_at_every_tier_once_and_premium_answers_them(
    cascades: Cascades, cascade: dict[str, Any]
) -> None:
    rows = [*AGREE, *AGREE_WRONGLY, *NONE_AGREE]
    cascades.run(cascade, [LIGHT, SECOND, PREMIUM], rows, trial_share=0.2)
    results = cascades.jobs.results()
    trials = [item for item in results if item["tier_reason"] == "trial: every tier was asked"]
    asked = cascades.asked()
    assert 0 < len(trials) < len(rows)
    assert {item["tier"] for item in trials} == {"tier2"}
    assert asked[SECOND] >= len(trials)
    assert asked[PREMIUM] >= len(trials)
    asked_per_tier = sum(shard.requests for shard in cascades.jobs.shards() if shard.tier == "tier2")
    assert asked[PREMIUM] == asked_per_tier, "a trial row went to premium twice"
    cascades.jobs.check_money()


def test_without_evidence_a_quality_is_kept_by_agreement_and_the_run_says_so(cascades: Cascades) -> None:
    policy = {"strategy": "auto", "comparator": "numeric"}
    cascades.run(policy, [LIGHT, SECOND, PREMIUM], ROWS, quality={"at_least": 0.95})
    job = cascades.jobs.services.job("run-1")
    assert job.cascade.strategy == "agreement"
    assert not job.cascade.guaranteed
    assert "not guaranteed: 0 of" in job.cascade.reason
    assert cascades.asked()[PREMIUM] == 7


def test_a_deadline_with_room_for_one_wave_asks_premium_alone(cascades: Cascades) -> None:
    policy = {"strategy": "auto", "comparator": "numeric", "hours_per_wave": 6}
    cascades.run(policy, [LIGHT, SECOND, PREMIUM], ROWS, quality={"at_least": 0.95}, deadline="8h")
    assert cascades.asked() == {PREMIUM: 14}
    assert {why for _, _, why in published(cascades).values()} == {"planned: premium only"}


def test_a_planner_without_a_quality_is_refused_and_says_what_to_add(cascades: Cascades) -> None:
    with pytest.raises(InvalidSpec, match=r"quality.*at_least"):
        cascades.run({"strategy": "auto", "comparator": "numeric"}, [LIGHT, SECOND, PREMIUM], ROWS)


def test_a_quality_is_not_promised_for_rows_that_share_their_request(cascades: Cascades) -> None:
    policy = {"strategy": "auto", "comparator": "numeric"}
    with pytest.raises(InvalidSpec, match=r"bundle_rows.*asked alone"):
        cascades.run(policy, [LIGHT, SECOND, PREMIUM], ROWS, quality={"at_least": 0.95}, bundle_rows=4)


def test_right_answers_may_not_steer_a_cascade(cascades: Cascades) -> None:
    with pytest.raises(InvalidSpec, match=r"escalate_on.*without knowing the right answers"):
        cascades.run(AGREEMENT, [LIGHT, SECOND, PREMIUM], ROWS, escalate_on=["wrong"])
