"""Released rows continue in a run of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.guarded_jobs import held
from tests.job_runs import Jobs, questions

from nightshift.batch.review.decisions import decide
from nightshift.batch.review.next_run import next_runs
from nightshift.batch.runner import run_job
from nightshift.errors import BudgetExceeded, InvalidInput

GRADED = {"kind": "numeric", "reference": "right"}


def test_released_rows_are_published_by_the_next_run_with_everything_they_had(guarded: Jobs) -> None:
    rows = [*questions(40), *({**held(number), "right": str(number)} for number in (1, 2, 3))]
    guarded.run(rows, grader=GRADED, output=str(guarded.folder / "out"))
    assert next_runs(guarded.services, "run-1") == []
    decide(guarded.services, "run-1", release=["h3", "h1"], reject=["h2"], by="Ada")
    [following] = next_runs(guarded.services, "run-1")
    spec, was = following.spec, guarded.services.job("run-1").spec
    assert (spec.budget_usd, spec.deadline, spec.input.id) == (Decimal("5.00"), "480m", "id")
    assert spec.output == f"{guarded.folder / 'out'}-{following.run_id}"
    assert spec.model_copy(update={name: getattr(was, name) for name in ("input", "output", "deadline")}) == was
    run_job(guarded.services, spec, following.run_id)
    found = guarded.results(following.run_id)
    assert [(row["request_id"], row["status"]) for row in found] == [("h1", "answered"), ("h3", "answered")]
    assert found[0]["guardrails"] == "input: released hostile (by Ada, review of run-1); output: allow"
    assert [row["input_digest"] for row in found] == [guarded.results()[place]["input_digest"] for place in (40, 42)]
    assert all(row["grade"] is not None for row in found)
    assert next_runs(guarded.services, "run-1") == []


def test_asked_again_before_it_is_admitted_it_is_the_same_run(guarded: Jobs) -> None:
    guarded.run([held(1), held(2)])
    decide(guarded.services, "run-1", release=["h1"], reject=[], by="Ada")
    first = next_runs(guarded.services, "run-1")
    assert next_runs(guarded.services, "run-1") == first
    decide(guarded.services, "run-1", release=["h2"], reject=[], by="Ada")
    both = next_runs(guarded.services, "run-1")
    assert len({item.run_id for item in both}) == 2
    assert first[0] in both


def test_rows_whose_next_run_was_refused_can_be_started_again_under_another_name(guarded: Jobs) -> None:
    guarded.run([held(1)], budget_usd="0.01")
    decide(guarded.services, "run-1", release=["h1"], reject=[], by="Ada")
    [following] = next_runs(guarded.services, "run-1")
    poor = following.spec.model_copy(update={"budget_usd": Decimal("0.000001")})
    with pytest.raises(BudgetExceeded):
        run_job(guarded.services, poor, following.run_id)
    [again] = next_runs(guarded.services, "run-1")
    assert again.run_id == f"{following.run_id}-2"
    assert run_job(guarded.services, again.spec, again.run_id)["rows"]["answered"] == 1


def test_a_deadline_on_a_clock_becomes_the_time_that_the_run_had(guarded: Jobs) -> None:
    moment = datetime.now(UTC) + timedelta(hours=3)
    guarded.run([held(1)], deadline=moment.isoformat())
    decide(guarded.services, "run-1", release=["h1"], reject=[], by="Ada")
    assert next_runs(guarded.services, "run-1")[0].spec.deadline in ("180m", "179m")


@pytest.mark.parametrize("change", ["gone", "longer", "other"])
def test_an_input_that_is_not_the_same_any_more_is_said(guarded: Jobs, change: str) -> None:
    path = guarded.write([held(1), held(2)])
    guarded.run(path)
    decide(guarded.services, "run-1", release=["h1"], reject=[], by="Ada")
    if change == "gone":
        path.unlink()
    else:
        path.write_text(
            path.read_text() + "{}\n" if change == "longer" else path.read_text().replace("1 times", "9 times")
        )
    with pytest.raises(InvalidInput, match=r"run_id: the input of the run is gone or was changed since: .*way out"):
        next_runs(guarded.services, "run-1")
