"""Nightly learning through a real scheduler: rows of include/outcomes/ become weights in use by a person's word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from tests.orchestration.airflow_calls import answer, end_of, hitl, local, state_of, trigger, wait_until, xcom
from tests.orchestration.local_platform import LocalPlatform
from tests.outcome_rows import outcome_file, outcome_lines
from tests.searching import cells_with, files_with

from nightshift.orchestration.airflow_environment import ADMIN_USER
from nightshift.storage.tables import ModelState, TierModel

pytestmark = pytest.mark.airflow

LEARNING = "tier_learning"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPlatform]:
    """Up, with graded rows of an application in include/outcomes/."""
    found = LocalPlatform(tmp_path_factory.mktemp("platform"))
    (found.include / "outcomes").mkdir(exist_ok=True)
    outcome_file(found.include / "outcomes", outcome_lines(600), "graded.jsonl")
    try:
        found.up()
        yield found
    finally:
        found.nightshift("down")


def models(platform: LocalPlatform) -> list[TierModel]:
    with platform.database().transaction() as session:
        return list(session.scalars(select(TierModel).order_by(TierModel.kind)))


def test_new_weights_are_in_use_once_somebody_has_approved_them(platform: LocalPlatform) -> None:
    trigger(platform, LEARNING, "first", {})
    wait_until(lambda: state_of(platform, LEARNING, "first", "approve") == "awaiting_input", "a person is asked", 300)
    assert [model.state for model in models(platform)] == [ModelState.CANDIDATE] * 2
    form = hitl(platform, LEARNING, "first", "approve")
    assert (form["subject"], form["options"], form["defaults"]) == (
        "New weights of tiering", ["Adopt all", "Reject all", "As listed", "Decide later"], ["Decide later"],
    )  # fmt: skip
    difficulty, verifier = (f"math-tutor/{model.kind}-{model.digest[:12]}" for model in models(platform))
    for name in (difficulty, verifier):
        assert f"| `{name}` | " in form["body"]
    assert "better: APGR +0." in form["body"]

    listed = {"adopt": [difficulty], "reject": [verifier]}
    answer(platform, LEARNING, "first", "approve", ["As listed"], listed)
    assert [(model.state, model.decided_by) for model in models(platform)] == [
        (ModelState.ADOPTED, ADMIN_USER), (ModelState.REJECTED, ADMIN_USER),
    ]  # fmt: skip
    assert local(xcom(platform, LEARNING, "first", "write_right_sizing")).read_text().startswith("<!doctype html>")


def test_a_night_that_teaches_nothing_ends_with_a_skip_that_says_so(platform: LocalPlatform) -> None:
    trigger(platform, LEARNING, "quiet", {})
    assert end_of(platform, LEARNING, "quiet") == "success"
    assert state_of(platform, LEARNING, "quiet", "approve") == "skipped"
    assert state_of(platform, LEARNING, "quiet", "write_right_sizing") == "success"
    # Fewer rows than can judge: trained, compared, rejected, and nobody is asked.
    rows = outcome_lines(60, seed=2, application="support-desk", prompt_name="triage_ticket")
    outcome_file(platform.include / "outcomes", rows, "few.jsonl")
    trigger(platform, LEARNING, "few", {})
    assert end_of(platform, LEARNING, "few") == "success"
    assert state_of(platform, LEARNING, "few", "compare") == "skipped"
    assert state_of(platform, LEARNING, "few", "approve") == "skipped"
    compared = next(task for task in platform.tasks(LEARNING, "few") if task.task_id == "compare")
    with platform.api() as api:
        told = str(api.log_records(LEARNING, "few", compared))
    assert "nothing beats the present weights" in told


def test_no_text_of_a_row_is_in_what_airflow_keeps(platform: LocalPlatform) -> None:
    """Runs after the others."""
    airflow = platform.home / "airflow"
    assert cells_with(airflow / "airflow.db", "boxes of apples") == []
    assert files_with(airflow / "logs", "boxes of apples") == []
    assert cells_with(platform.home / "nightshift.db", "boxes of apples") == []
