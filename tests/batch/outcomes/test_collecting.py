"""Outcome rows of published runs: which rows prove something, who was right, and that nothing outlives an erasure."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.batch.outcomes.conftest import ROWS, said_by_light, sums, tier_policy
from tests.guarded_jobs import Include
from tests.job_runs import LIGHT, PREMIUM, Jobs
from tests.outcome_rows import outcome_file as file_of_rows
from tests.outcome_rows import outcome_lines

from nightshift.batch.erasure import erase
from nightshift.batch.outcomes.answered import prepared_of
from nightshift.batch.outcomes.collecting import collect, collect_all
from nightshift.batch.outcomes.importing import import_outcomes
from nightshift.batch.outcomes.rows import CollectedOutcome
from nightshift.batch.outcomes.sets import read_outcome_sets
from nightshift.batch.steps.admit import admit
from nightshift.batch.steps.escalate import answers_of
from nightshift.errors import InvalidSpec
from nightshift.prompts.repository import resolve
from nightshift.storage.tables import OutcomeSet
from nightshift.tiering.outcomes import read_outcomes

pytestmark = pytest.mark.runs

Run = Callable[..., dict[str, Any]]
PROMPT = "grade_school_math@1.0.0"


def rows_of(jobs: Jobs, run_id: str = "run-1", **wanted: Any) -> list[CollectedOutcome]:
    sandbox = jobs.services.job(run_id).sandbox
    return read_outcome_sets(jobs.services, "math-tutor", PROMPT, LIGHT, PREMIUM, sandbox=sandbox, **wanted)


def number_in(row: CollectedOutcome) -> int:
    return int(row.prompt.split("What is ")[1].split()[0])


def outcome_file(jobs: Jobs, run_id: str = "run-1") -> Path:
    return jobs.folder / "home" / "lake" / "outcomes" / "runs" / f"{run_id}.jsonl"


def test_trial_rows_are_judged_by_the_grader_and_escalated_ones_are_told_apart(replayed: Jobs, trials: Run) -> None:
    trials()
    collected = collect(replayed.services, "run-1")
    sampled, rows = rows_of(replayed), rows_of(replayed, sampled=False)
    assert collected.sampled_rows == len(sampled)
    assert collected.rows == collected.graded_rows == len(rows)
    assert 4 <= len(sampled) < len(rows) < ROWS
    escalated = {number_in(row) for row in rows if not row.sampled}
    assert escalated
    assert {number % 10 for number in escalated} == {0}, "only unreadable answers climb"
    assert {number_in(row) % 10 for row in sampled} - {0}, "a trial row is asked whatever the light answer is"
    for row in rows:
        number = number_in(row)
        assert row.premium_correct
        assert row.light_correct == (number % 3 != 0 and number % 10 != 0)
        assert row.light_accepted == (number % 10 != 0)
        assert (row.light_answer, row.premium_answer) == (said_by_light(number), f"#### {number + 1}")
        assert (row.prompt_name, row.prompt_version, row.graded) == ("grade_school_math", "1.0.0", True)
        assert row.light_usd is not None
        assert row.premium_usd is not None
        assert 0 < row.light_usd < row.premium_usd


def test_without_a_reference_agreement_with_premium_counts(replayed: Jobs, trials: Run) -> None:
    trials(grader={"kind": "numeric"})
    assert collect(replayed.services, "run-1").graded_rows == 0
    rows = rows_of(replayed)
    assert rows
    assert all(row.light_correct == (number_in(row) % 3 != 0 and number_in(row) % 10 != 0) for row in rows)
    assert all(row.premium_correct and not row.graded for row in rows)


def test_prose_without_a_reference_teaches_nothing(replayed: Jobs, trials: Run) -> None:
    """Two wordings differ whoever is right: a row judged by them would only say that premium is always needed."""
    trials(grader=None)
    assert collect(replayed.services, "run-1").rows == 0
    assert not outcome_file(replayed).exists()


def test_a_run_is_collected_once_into_a_file_that_the_tier_command_reads(replayed: Jobs, trials: Run) -> None:
    trials()
    replayed.run(sums(3), "run-2")
    first = collect_all(replayed.services)
    assert [one.run_id for one in first] == ["run-1", "run-2"]
    written = outcome_file(replayed).read_bytes()
    outcome_file(replayed).write_bytes(b"")
    assert collect_all(replayed.services) == []
    assert collect(replayed.services, "run-1") == first[0]
    assert outcome_file(replayed).read_bytes() == b""
    with replayed.services.database.transaction() as session:
        session.delete(session.get_one(OutcomeSet, "run-1"))
    collect(replayed.services, "run-1")
    assert outcome_file(replayed).read_bytes() == written, "the same rows in the same order"
    assert len(read_outcomes([outcome_file(replayed)])) == first[0].rows


def test_a_run_that_is_not_published_is_refused(replayed: Jobs, include: Include) -> None:
    tier_policy(include)
    admit(replayed.services, replayed.spec(sums(3)), "run-1")
    with pytest.raises(InvalidSpec, match="run_id: only a published run has outcomes to learn from; value: 'run-1'"):
        collect(replayed.services, "run-1")


def test_erasing_a_run_erases_what_it_taught_and_it_does_not_come_back(replayed: Jobs, trials: Run) -> None:
    trials()
    collect(replayed.services, "run-1")
    assert outcome_file(replayed).read_bytes()
    erase(replayed.services, "run-1")
    assert outcome_file(replayed).read_bytes() == b""
    assert rows_of(replayed, sampled=False) == []
    assert collect(replayed.services, "run-1").rows == 0
    assert collect_all(replayed.services) == []


def test_an_erased_run_is_never_collected(replayed: Jobs, trials: Run) -> None:
    trials()
    erase(replayed.services, "run-1")
    assert collect(replayed.services, "run-1").rows == 0
    assert not outcome_file(replayed).exists()


def test_a_run_whose_working_files_are_gone_stops_nobody(replayed: Jobs, trials: Run) -> None:
    trials()
    for path in (replayed.folder / "home" / "lake" / "runs" / "run-1").rglob("*.parquet"):
        path.unlink()
    assert [(one.run_id, one.rows) for one in collect_all(replayed.services)] == [("run-1", 0)]


def test_a_run_without_its_prepared_rows_stops_nobody(replayed: Jobs, trials: Run) -> None:
    trials()
    for uri in prepared_of(replayed.services, "run-1"):
        Path(uri.removeprefix("file://")).unlink()
    assert [(one.run_id, one.rows) for one in collect_all(replayed.services)] == [("run-1", 0)]


@pytest.mark.parametrize("files_of", [answers_of, prepared_of])
def test_a_run_with_a_damaged_file_waits_and_stops_nobody(
    replayed: Jobs, trials: Run, caplog: pytest.LogCaptureFixture, files_of: Callable[..., list[str]]
) -> None:
    trials()
    replayed.run(sums(3, first=ROWS), "run-2")
    damaged = Path(files_of(replayed.services, "run-1")[0].removeprefix("file://"))
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    assert [one.run_id for one in collect_all(replayed.services)] == ["run-2"]
    assert "the working files of run run-1 cannot be read" in caplog.text
    damaged.write_bytes(whole)
    assert [(one.run_id, one.rows > 0) for one in collect_all(replayed.services)] == [("run-1", True)]


def test_a_night_on_which_premium_was_down_says_nothing_of_light(replayed: Jobs, trials: Run) -> None:
    replayed.sandbox.faults({"fault": "row_error", "model": PREMIUM})
    trials()
    assert collect(replayed.services, "run-1").rows == 0


def test_a_light_answer_that_never_came_is_not_right(replayed: Jobs, trials: Run) -> None:
    replayed.sandbox.faults({"fault": "row_error", "model": LIGHT})
    trials()
    assert collect(replayed.services, "run-1").sampled_rows > 0
    assert {(row.light_correct, row.premium_correct) for row in rows_of(replayed)} == {(False, True)}


@pytest.mark.parametrize("tier", ["light", "premium"])
def test_answers_of_a_fallback_are_not_taken_for_those_of_the_first_model(
    replayed: Jobs, include: Include, trials: Run, tier: str
) -> None:
    azure = {LIGHT: f"azure/{LIGHT}", PREMIUM: f"azure/{PREMIUM}"}
    models = {"light": [LIGHT], "premium": [PREMIUM]}
    models[tier] = [azure[models[tier][0]], *models[tier]]
    tiers = [{"name": name, "deployments": listed} for name, listed in models.items()]
    tier_policy(include, tiers=tiers, trial_share=0.2)
    replayed.sandbox.faults({"fault": "invalid_credentials", "provider": "azure_openai"})
    trials()
    assert {row["provider"] for row in replayed.results()} == {"openai"}
    assert collect(replayed.services, "run-1").rows == 0


def test_a_bundled_run_teaches_nothing(replayed: Jobs, trials: Run) -> None:
    trials(bundle_rows=4, bundle_trial=True)
    assert collect(replayed.services, "run-1").rows == 0


def edit_prompt(include: Include) -> None:
    path = include.folder / "prompts" / "grade_school_math" / "v1.0.0" / "system.txt"
    path.write_text(path.read_text() + "\nAnswer in French.\n")


def test_rows_of_a_prompt_that_was_edited_since_are_not_read(replayed: Jobs, trials: Run, include: Include) -> None:
    trials()
    collect(replayed.services, "run-1")
    assert rows_of(replayed, prompt_digest=resolve(PROMPT).digest)
    edit_prompt(include)
    assert rows_of(replayed, prompt_digest=resolve(PROMPT).digest) == []


def test_a_promise_does_not_outlive_an_edit_of_the_prompt(replayed: Jobs, include: Include) -> None:
    tier_policy(include, cascade={"strategy": "auto"})
    import_outcomes(replayed.services, file_of_rows(replayed.folder, outcome_lines(600, light_correct=True)))
    spec = replayed.spec(sums(3), quality={"at_least": 0.9})
    admit(replayed.services, spec, "before")
    assert replayed.services.job("before").cascade.guaranteed
    edit_prompt(include)
    admit(replayed.services, spec, "after")
    assert not replayed.services.job("after").cascade.guaranteed
    assert "too little evidence yet" in replayed.services.job("after").cascade.reason


def test_personal_data_stays_masked_and_logs_hold_no_text(
    replayed: Jobs, include: Include, caplog: pytest.LogCaptureFixture
) -> None:
    tier_policy(include, trial_share=0.2)
    rows = [{**row, "question": f"{row['question']} Write to canary{row['id']}@mail.example."} for row in sums()]
    with caplog.at_level(logging.DEBUG):
        replayed.run(rows, grader={"kind": "numeric", "reference": "right"})
        assert collect(replayed.services, "run-1").sampled_rows > 0
    kept = outcome_file(replayed).read_text()
    assert "[EMAIL_ADDRESS_" in kept
    assert "canary" not in kept
    assert "exactly" not in caplog.text


def test_rows_of_the_sandbox_and_of_real_models_are_not_mixed(replayed: Jobs, trials: Run) -> None:
    trials()
    collect(replayed.services, "run-1")
    assert read_outcome_sets(replayed.services, "math-tutor", PROMPT, LIGHT, PREMIUM) == []
    assert read_outcome_sets(replayed.services, "support-desk", sandbox=replayed.services.job("run-1").sandbox) == []
