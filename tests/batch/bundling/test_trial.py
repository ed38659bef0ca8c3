"""Two runs of the same graded rows decide whether a prompt may be bundled; what was shown holds for just that."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from tests.job_runs import LIGHT, PREMIUM, Jobs, opened
from tests.ladders import include
from tests.own_sandbox import OwnSandbox, own_sandbox

from nightshift.batch.bundling.evidence import Shown, add_evidence, read_evidence
from nightshift.batch.bundling.files import LONGEST_SHARED
from nightshift.batch.bundling.form import form_digest
from nightshift.batch.bundling.trial import Trial, compare
from nightshift.batch.rendering import messages_before
from nightshift.cli.tier import tier
from nightshift.errors import InvalidSpec, Misconfigured
from nightshift.prompts.repository import resolve

__all__ = ["include", "own_sandbox"]  # fixtures

ROWS, EACH = 280, 8
GRADED = {
    "grader": {"kind": "numeric", "reference": "right"},
    "tiers": "alone",
    "escalate_on": [],
}
TRIAL = {**GRADED, "bundle_rows": EACH, "bundle_trial": True}


def alone(folder: Path) -> None:
    """A tier policy with one model."""
    policy = {"tiers": [{"name": "light", "deployments": [LIGHT]}]}
    (folder / "policies/tiers/alone.yaml").write_text(yaml.safe_dump(policy))


@pytest.fixture
def graded(
    own_home: Path,
    tmp_path: Path,
    include: Path,
    own_sandbox: OwnSandbox,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[tuple[Jobs, OwnSandbox]]:
    """Jobs with one model, whose answers the test chooses."""
    own_home.mkdir()
    shutil.copy(request.getfixturevalue("_migrated_sqlite"), own_home / "nightshift.db")
    alone(include)
    with opened(tmp_path, own_sandbox.client, monkeypatch) as found:
        yield found, own_sandbox


def rows(count: int = ROWS) -> list[dict[str, Any]]:
    return [
        {"id": f"q{number}", "question": f"What is {number} plus {number * 7}?", "right": str(number * 8)}
        for number in range(1, count + 1)
    ]


def recorded(wrong: set[int], count: int = ROWS) -> dict[str, str]:
    """An answer to each question; those of `wrong` are off by one."""
    return {
        row["question"]: json.dumps({"reasoning": "sum", "answer": str(int(row["right"]) + (place in wrong))})
        for place, row in enumerate(rows(count))
    }


def test_equal_answers_are_harmless_and_from_then_on_a_job_may_bundle(graded: tuple[Jobs, OwnSandbox]) -> None:
    jobs, sandbox = graded
    sandbox.answer(recorded(wrong={3, 9}))
    jobs.run(rows(), "single", **GRADED)
    jobs.run(rows(), "bundled", **TRIAL)
    found = CliRunner().invoke(tier, ["bundling", "single", "bundled", "--json"], catch_exceptions=False)
    report = json.loads(found.output)
    assert (report["cases"], report["lost"], report["won"], report["harmless"]) == (ROWS, 0, 0, True)
    assert (report["single"]["right"], report["bundled"]["right"]) == (ROWS - 2, ROWS - 2)
    assert (report["single"]["requests"], report["bundled"]["requests"]) == (ROWS, ROWS // EACH)
    assert report["saved"]["input_tokens"] > 0.4
    assert report["single"]["cost_usd"] > report["bundled"]["cost_usd"] > 0
    shown = CliRunner().invoke(tier, ["bundling", "single", "bundled"], catch_exceptions=False).output
    assert "harmless: at most 0.96% of rows lost" in shown
    assert "include/bundling/grade_school_math.json" in shown

    (evidence,) = read_evidence("grade_school_math")
    jobs.run(rows(20), "later", tiers="alone", bundle_rows=4)
    assert jobs.shards("later")[0].requests == 5
    with pytest.raises(InvalidSpec, match="was not shown"):
        jobs.run(rows(20), "larger", tiers="alone", bundle_rows=EACH + 1)
    sandbox.answer(recorded(wrong=set()))
    with pytest.raises(InvalidSpec, match="was not shown"):
        jobs.run(rows(20), "elsewhere", tiers="alone", bundle_rows=4)
    assert evidence.sandbox != jobs.services.sandboxed("openai", "global")


def test_only_models_with_evidence_are_asked_in_bundles(graded: tuple[Jobs, OwnSandbox]) -> None:
    jobs, sandbox = graded
    sandbox.answer(recorded(wrong=set()))
    with pytest.raises(InvalidSpec) as refused:
        jobs.run(rows(20), tiers="openai", bundle_rows=4)
    assert LIGHT in str(refused.value)
    assert PREMIUM in str(refused.value)
    add_evidence("grade_school_math", evidence_of(jobs, model=LIGHT))
    jobs.run(rows(20), tiers="openai", bundle_rows=4)
    bundling = jobs.services.job("run-1").bundling
    assert bundling is not None
    assert bundling.models == (LIGHT,)


@pytest.mark.parametrize(
    "change",
    [
        {"prompt_digest": "0"}, {"form": "0"}, {"sandbox": None}, {"rows_per_request": 3}, {"lost": 9}, {"cases": 100},
        {"model": "m"},
    ],
    ids=str,
)  # fmt: skip
def test_evidence_for_anything_else_counts_for_nothing(graded: tuple[Jobs, OwnSandbox], change: dict[str, Any]) -> None:
    jobs, _ = graded
    add_evidence("grade_school_math", evidence_of(jobs, **change))
    with pytest.raises(InvalidSpec, match="was not shown"):
        jobs.run(rows(4), tiers="alone", bundle_rows=4)


def evidence_of(jobs: Jobs, **change: Any) -> Shown:
    prompt = resolve("grade_school_math@production")
    content = {
        "prompt": "grade_school_math@1.0.0",
        "prompt_digest": prompt.digest,
        "form": form_digest(messages_before(prompt), prompt.config.answer.schema_),
        "model": LIGHT,
        "rows_per_request": EACH,
        "sandbox": jobs.services.sandboxed("openai", "global"),
        "cases": 400,
        "lost": 0,
        "won": 0,
        "single_run": "a",
        "bundled_run": "b",
        "single_results": "0",
        "bundled_results": "0",
    }
    return Shown.model_validate(content | change)


def test_a_file_that_cannot_be_read_is_named(include: Path) -> None:
    (include / "bundling").mkdir(exist_ok=True)
    (include / "bundling" / "p.json").write_text('{"shown": [{"model": 1}]}')
    with pytest.raises(Misconfigured, match=r"include/bundling/p\.json: shown\.0"):
        read_evidence("p")


def test_a_new_comparison_takes_the_place_of_the_earlier_one(jobs: Jobs, include: Path) -> None:
    for change in ({"lost": 1}, {"lost": 2}, {"model": "m"}):
        add_evidence("p", evidence_of(jobs, **change))
    assert [(item.model, item.lost) for item in read_evidence("p")] == [(LIGHT, 2), ("m", 0)]


class Compared:
    """Two runs of which the second answers other questions wrongly than the first."""

    def __init__(self, jobs: Jobs, sandbox: OwnSandbox, count: int, single: set[int], bundled: set[int]) -> None:
        self.jobs = jobs
        # Both runs must have the same answers recorded; what is wrong is told apart by the questions' references.
        sandbox.answer(recorded(set(), count))
        for run_id, wrong, changes in (("single", single, GRADED), ("bundled", bundled, TRIAL)):
            asked = rows(count)
            for place in wrong:
                asked[place]["right"] = "-1"
            jobs.run(jobs.write(asked, f"{run_id}.jsonl"), run_id, **changes)

    @property
    def trial(self) -> Trial:
        return compare(self.jobs.services, "single", "bundled")


def test_lost_and_won_rows_are_told_apart(graded: tuple[Jobs, OwnSandbox]) -> None:
    found = Compared(*graded, count=40, single={1, 2}, bundled={2, 7, 8, 9}).trial
    assert (found.shown.lost, found.shown.won, found.shown.cases) == (3, 1, 40)
    assert not found.shown.is_harmless
    assert (found.single.right, found.bundled.right) == (38, 36)


def test_only_rows_that_shared_a_request_to_the_end_show_anything(graded: tuple[Jobs, OwnSandbox]) -> None:
    jobs, sandbox = graded
    asked = rows(35)  # the last one is alone in its request
    for place in (2, 5):
        asked[place]["question"] += " " * LONGEST_SHARED  # asked alone
    said = recorded(set(), 35)
    answers = {row["question"]: said[row["question"].rstrip()] for row in asked}
    answers[asked[7]["question"]] = "I cannot help with that."  # in doubt, and asked again alone
    sandbox.answer(answers)
    jobs.run(asked, "single", **GRADED)
    jobs.run(asked, "bundled", **TRIAL)
    found = compare(jobs.services, "single", "bundled")
    assert found.alone == 1
    assert (found.shown.cases, found.compared) == (31, 35)
    assert found.bundled.cost_usd > 0


def test_runs_in_which_no_row_shared_a_request_show_nothing(graded: tuple[Jobs, OwnSandbox]) -> None:
    jobs, sandbox = graded
    asked = [row | {"question": row["question"] + " " * LONGEST_SHARED} for row in rows()]
    said = recorded(set())
    sandbox.answer({row["question"]: said[row["question"].rstrip()] for row in asked})
    jobs.run(asked, "single", **GRADED)
    jobs.run(asked, "bundled", **TRIAL)
    with pytest.raises(InvalidSpec, match="no graded row shared a request") as refused:
        compare(jobs.services, "single", "bundled")
    assert "bundle shorter rows" in str(refused.value)


def test_runs_that_differ_in_more_than_bundling_are_not_compared(graded: tuple[Jobs, OwnSandbox]) -> None:
    jobs, sandbox = graded
    sandbox.answer(recorded(set()))
    jobs.run(rows(8), "single", **GRADED)
    jobs.run(rows(8), "bundled", **TRIAL)
    jobs.run(rows(8), "ladder", **GRADED | {"tiers": "openai"})
    jobs.run(rows(8), "ladder-bundled", **TRIAL | {"tiers": "openai"})
    jobs.run(rows(8), "ungraded", tiers="alone", bundle_rows=2, bundle_trial=True, escalate_on=[])
    for single, bundled, told in [
        ("single", "nowhere", "no published run"),
        ("bundled", "bundled", "this run was bundled"),
        ("single", "single", "this run was not bundled"),
        ("ladder", "bundled", "models"),
        ("ladder", "ladder-bundled", "several models"),
        ("single", "ungraded", "grader"),
    ]:
        with pytest.raises(InvalidSpec, match=told):
            compare(jobs.services, single, bundled)
