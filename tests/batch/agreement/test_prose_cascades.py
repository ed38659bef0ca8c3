"""Cascades over answers in prose: who is asked, what is published, and which model is asked whether they agree."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from sqlalchemy import update
from tests.batch.test_cascades import (
    LIGHT,
    NUMERIC,
    PREMIUM,
    SECOND,
    THIRD,
    Cascades,
    all_models,
    cascades,
    published,
    row,
)

from nightshift.batch.agreement.comparing import compare_wave
from nightshift.batch.agreement.in_use import agreement_in_use
from nightshift.batch.outcomes.collecting import collect
from nightshift.batch.outcomes.judged import agreement_of
from nightshift.batch.steps.escalate import answers_of, escalate
from nightshift.errors import InvalidSpec, Misconfigured, NotEntitled
from nightshift.similarity.embedding import word_vectors
from nightshift.storage.lake import FileLake
from nightshift.storage.tables import Run, RunState, Shard

pytestmark = pytest.mark.runs

__all__ = ["cascades"]  # a fixture

JUDGE, OTHER_CLOUD = "gpt-4.1-2025-04-14", "oci/meta.llama-3.3-70b-instruct"
EMBEDDING = {"strategy": "agreement", "comparator": "embedding", "similarity": 0.9}
JUDGED = {"strategy": "agreement", "comparator": "judge", "judge": JUDGE}
MODELS = [LIGHT, SECOND, PREMIUM]

SAID = "The order can be returned within 30 days of delivery."
AGAIN = "Yes, you can have your order returned to us within 30 days of the delivery."
LATER = "The order can be returned within 60 days of delivery."
NEVER = "The order cannot be returned within 30 days of delivery."
BEST = "It can be returned for thirty days."

AGREE = [row(n, **all_models(SAID, AGAIN, LATER, BEST)) for n in range(1, 5)]
OTHER_NUMBER = [row(n, **all_models(SAID, LATER, AGAIN, BEST)) for n in range(5, 7)]
DENIED = [row(n, **all_models(SAID, NEVER, NEVER, BEST)) for n in range(7, 9)]
ROWS = [*AGREE, *OTHER_NUMBER, *DENIED]


def judged(claim: str, source: str, verdict: str) -> dict[str, Any]:
    """The judge's recorded answer to one question."""
    asked = json.dumps({"documents": [source], "claims": {"1": claim}}, ensure_ascii=False)
    return {"question": asked, "answers": {JUDGE: {"text": json.dumps({"1": verdict})}}}


def both(one: str, other: str, first: str, second: str) -> list[dict[str, Any]]:
    return [judged(one, other, first), judged(other, one, second)]


RECORDED = [
    *ROWS,
    *both(SAID, AGAIN, "supported", "supported"),
    *both(SAID, LATER, "contradicted", "supported"),
    *both(SAID, NEVER, "supported", "partly"),
    *both(LATER, AGAIN, "unsupported", "unsupported"),
]
MANY = [row(n, **all_models(SAID, AGAIN, LATER, BEST)) for n in range(1, 21)]
NO_NUMBER = [row(n, **all_models("It is a month.", "It is a month.", SAID, "#### 4")) for n in range(1, 4)]
MUTE = [*ROWS, {"question": '"documents"', "answers": {JUDGE: {"text": "I would rather not say."}}}]
recorded = pytest.mark.parametrize("cascades", [RECORDED], indirect=True)


def run(cascades: Cascades, cascade: dict[str, Any], rows: list[dict[str, Any]] = ROWS, **more: Any) -> dict[str, Any]:
    return cascades.run(cascade, more.pop("models", MODELS), rows, **{"grader": None, **more})


def reasons(cascades: Cascades) -> dict[str, tuple[str, str]]:
    return {item["request_id"]: (item["tier"], item["tier_reason"]) for item in cascades.jobs.results()}


def check_published(found: dict[str, tuple[str, str]], suffix: str = "") -> None:
    agreed = {found[item["id"] + suffix] for item in AGREE}
    disagreed = {found[item["id"] + suffix] for item in (*OTHER_NUMBER, *DENIED)}
    assert agreed == {("tier0", "two cheaper models agree")}
    assert disagreed == {("tier2", "no two cheaper models agree")}


@recorded
def test_near_answers_with_the_same_numbers_and_denials_spare_premium(cascades: Cascades) -> None:
    run(cascades, EMBEDDING)
    check_published(reasons(cascades))
    assert cascades.asked() == {LIGHT: 8, SECOND: 8, PREMIUM: 4}
    assert published(cascades)["q1"][0] == "tier0"  # and the bill is right to the picodollar


@recorded
def test_a_judge_is_asked_whether_each_answer_bears_out_the_other(cascades: Cascades) -> None:
    run(cascades, JUDGED)
    check_published(reasons(cascades))
    # Three different pairs; the second question only after a yes to the first.
    assert cascades.asked() == {LIGHT: 8, SECOND: 8, PREMIUM: 4, JUDGE: 2 + 2 + 1}
    cascades.jobs.check_money()


@pytest.mark.parametrize("cascades", [MUTE], indirect=True)
def test_a_judge_that_gives_no_verdict_sends_every_row_to_premium(cascades: Cascades) -> None:
    run(cascades, JUDGED)
    assert {tier for tier, _ in reasons(cascades).values()} == {"tier2"}
    assert cascades.asked()[PREMIUM] == 8


@recorded
def test_a_judge_is_asked_until_the_runs_deadline(cascades: Cascades) -> None:
    run(cascades, JUDGED)
    services, before = cascades.jobs.services, cascades.asked()
    late = services.job("run-1").model_copy(update={"deadline": datetime.now(UTC) - timedelta(seconds=1)})
    first = answers_of(services, "run-1", 0)
    assert pairs(cascades, compare_wave(services, late, 0, first, first)) == []
    assert cascades.asked() == before


@recorded
@pytest.mark.parametrize("cascade", [EMBEDDING, JUDGED])
def test_who_was_right_is_never_told_by_likeness_nor_by_a_judge(cascades: Cascades, cascade: dict[str, Any]) -> None:
    run(cascades, cascade, trial_share=0.2)
    services = cascades.jobs.services
    assert agreement_of(services.job("run-1")) is None
    assert collect(services, "run-1").rows == 0


@recorded
@pytest.mark.parametrize("cascade", [EMBEDDING, JUDGED])
def test_equal_rows_come_out_alike(cascades: Cascades, cascade: dict[str, Any]) -> None:
    run(cascades, cascade, [*ROWS, *({**item, "id": f"{item['id']}-again"} for item in ROWS)])
    found = reasons(cascades)
    check_published(found)
    check_published(found, "-again")
    assert cascades.asked()[LIGHT] == 8


@recorded
@pytest.mark.parametrize(
    ("cascade", "judged"),
    [(EMBEDDING, {}), (JUDGED, {JUDGE: (2 + 2 + 1) + 1})],  # of the second wave's three pairs two were judged before
    ids=["embedding", "judge"],
)
def test_a_third_model_that_agrees_with_one_of_two_settles_it(
    cascades: Cascades, cascade: dict[str, Any], judged: dict[str, int]
) -> None:
    run(cascades, cascade, models=[LIGHT, SECOND, THIRD, PREMIUM])
    found = reasons(cascades)
    assert cascades.asked() == {LIGHT: 8, SECOND: 8, THIRD: 4, **judged}, "pairs of the first wave are not asked again"
    assert {found[item["id"]] for item in OTHER_NUMBER} == {("tier0", "two cheaper models agree")}
    assert {found[item["id"]] for item in DENIED} == {("tier1", "two cheaper models agree")}
    files = cascades.jobs.record().agreement_uris or []
    assert [len(pairs(cascades, uri)) for uri in files[:2]] == [4, 4]


@pytest.mark.parametrize("cascades", [NO_NUMBER], indirect=True)
def test_equal_answers_that_failed_a_check_do_not_agree(cascades: Cascades) -> None:
    run(cascades, EMBEDDING, NO_NUMBER, grader=NUMERIC)
    assert {tier for tier, _ in reasons(cascades).values()} == {"tier2"}
    assert cascades.asked() == {LIGHT: 3, SECOND: 3, PREMIUM: 3}


@pytest.mark.parametrize("cascades", [MANY], indirect=True)
def test_trial_rows_are_not_compared_since_the_last_tier_answers_them(cascades: Cascades) -> None:
    run(cascades, EMBEDDING, MANY, trial_share=0.2)
    trials = {int(name[1:]) for name, (_, why) in reasons(cascades).items() if why.startswith("trial")}
    (named,) = (cascades.jobs.record().agreement_uris or [])[:1]
    assert 0 < len(trials) < len(MANY)
    assert {number for number, _, _ in pairs(cascades, named)} == set(range(1, 21)) - trials


@recorded
def test_the_cache_serves_the_same_comparator_only(cascades: Cascades) -> None:
    run(cascades, EMBEDDING, run_id="first")
    assert run(cascades, EMBEDDING, run_id="second")["rows"]["cached"] == 8
    assert run(cascades, {**EMBEDDING, "similarity": 0.8}, run_id="third")["rows"]["cached"] == 0
    assert run(cascades, JUDGED, run_id="fourth")["rows"]["cached"] == 0


def pairs(cascades: Cascades, uri: str) -> list[tuple[int, int, int]]:
    with cascades.jobs.services.lake.open(uri) as file:
        return [tuple(line.values()) for line in pq.read_table(file).to_pylist()]


def files_of(cascades: Cascades) -> list[Path]:
    return sorted((cascades.jobs.folder / "home" / "lake" / "runs" / "run-1" / "agreements").glob("*.parquet"))


def forget_wave_1(cascades: Cascades) -> None:
    """As if the step had been killed before it committed: its files stay behind, and nobody names them."""
    with cascades.jobs.services.database.transaction() as session:
        session.query(Shard).filter(Shard.wave > 0).delete()
        session.execute(update(Run).values(state=RunState.PREPARED, waves_planned=1, agreement_uris=None))


@recorded
def test_of_two_tries_only_the_one_that_committed_is_read(cascades: Cascades) -> None:
    run(cascades, EMBEDDING)
    forget_wave_1(cascades)
    lost = files_of(cascades)
    escalate(cascades.jobs.services, "run-1", 0)
    (named,) = cascades.jobs.record().agreement_uris or []
    assert [path.name for path in files_of(cascades) if path not in lost] == [named.rsplit("/", 1)[1]]
    assert sorted(pairs(cascades, named)) == [(number, 0, 1) for number in range(1, 5)]

    escalate(cascades.jobs.services, "run-1", 0)  # planned already: nothing is compared again
    assert (cascades.jobs.record().agreement_uris, len(files_of(cascades))) == ([named], len(lost) + 1)


class Overtaken(FileLake):
    """A lake that is so slow with a file of agreements that another worker plans the wave meanwhile."""

    def __init__(self, root: str, overtake: Callable[[], None]) -> None:
        super().__init__(root)
        self._overtake = overtake

    def create(self, uri: str) -> Any:
        if "agreements-" in uri:
            self._overtake()
        return super().create(uri)


@recorded
def test_a_late_twin_leaves_the_plan_and_the_file_of_the_first(cascades: Cascades) -> None:
    """A judge may tell the two something else."""
    run(cascades, EMBEDDING)
    forget_wave_1(cascades)
    services, named = cascades.jobs.services, []

    def overtake() -> None:
        escalate(services, "run-1", 0)
        named.append(cascades.jobs.record().agreement_uris)

    lake = Overtaken(services.lake.child().removesuffix("/"), overtake)
    escalate(replace(services, lake=lake), "run-1", 0)
    assert len(named[0] or []) == 1
    assert cascades.jobs.record().agreement_uris == named[0]
    assert len([shard for shard in cascades.jobs.shards() if shard.wave == 1]) == 1


@pytest.mark.parametrize(
    ("cascade", "error", "told"),
    [
        ({"comparator": "embedding"}, Misconfigured, "embedding needs a similarity"),
        ({"comparator": "judge", "judge": "gpt-5"}, InvalidSpec, r"tiers \(tried, cascade.judge\).*no such name"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_asked(
    cascades: Cascades, cascade: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        run(cascades, {"strategy": "agreement", **cascade})
    assert not cascades.asked()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"models": MODELS}, "not entitled.*models"),
        ({"models": [*MODELS, OTHER_CLOUD], "regions": ["global"]}, "cascade.judge.*may not send data"),
    ],
    ids=["model", "region"],
)
def test_a_judge_is_asked_only_if_the_application_may_use_it_and_send_data_there(
    cascades: Cascades, changes: dict[str, Any], told: str
) -> None:
    application = cascades.include / "policies/applications/math-tutor.yaml"
    application.write_text(yaml.safe_dump(yaml.safe_load(application.read_text()) | changes))
    with pytest.raises(NotEntitled, match=told):
        run(cascades, {**JUDGED, "judge": OTHER_CLOUD})
    assert not cascades.asked()


def test_without_word_vectors_a_run_by_embedding_is_not_admitted(cascades: Cascades) -> None:
    word_vectors.cache_clear()
    models = cascades.include / "guardrails/models"
    shutil.move(models / "words.bin", models / "elsewhere.bin")
    try:
        with pytest.raises(Misconfigured, match="words"):
            run(cascades, EMBEDDING)
    finally:
        word_vectors.cache_clear()


@recorded
def test_word_vectors_that_changed_since_admission_stop_the_run(cascades: Cascades) -> None:
    run(cascades, EMBEDDING)
    job = cascades.jobs.services.job("run-1")
    assert job.cascade.pair_check is not None
    changed = job.cascade.pair_check.model_copy(update={"embedding": "0" * 64})
    cascade = job.cascade.model_copy(update={"pair_check": changed})
    with pytest.raises(Misconfigured, match=r"not those that the run was admitted with.*way out"):
        agreement_in_use(cascades.jobs.services, job.model_copy(update={"cascade": cascade}))
