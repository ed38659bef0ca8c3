"""What a run id and an output folder promise."""

from __future__ import annotations

import pytest
from tests.job_runs import Jobs, questions

from nightshift.batch.runner import resume
from nightshift.errors import BudgetExceeded, InvalidSpec


def test_a_published_run_asked_for_again_gives_its_summary_and_asks_nothing(jobs: Jobs) -> None:
    rows = jobs.write(questions(5))
    summary = jobs.run(rows)
    requests = jobs.sandbox.bill()["requests"]
    assert resume(jobs.services, "run-1") == summary
    assert jobs.run(rows) == summary
    assert jobs.sandbox.bill()["requests"] == requests
    jobs.check_money()


def test_a_run_id_that_exists_is_not_taken_for_another_job(jobs: Jobs) -> None:
    rows = jobs.write(questions(5))
    jobs.run(rows)
    with pytest.raises(InvalidSpec, match=r"run_id: .*another job.*'run-1'.*way out"):
        jobs.run(rows, budget_usd="4.00")
    assert jobs.record().state == "published"
    jobs.check_money()


def test_a_refused_run_stays_refused(jobs: Jobs) -> None:
    rows = jobs.write(questions(5))
    with pytest.raises(BudgetExceeded):
        jobs.run(rows, budget_usd="0.0001")
    with pytest.raises(InvalidSpec, match=r"run_id: .*refused.*budget_usd.*way out: .*new run"):
        resume(jobs.services, "run-1")
    with pytest.raises(InvalidSpec, match="refused"):
        jobs.run(rows, budget_usd="0.0001")
    assert jobs.record().state == "refused"
    jobs.check_nothing_happened()


def test_a_run_that_does_not_exist_is_named(jobs: Jobs) -> None:
    with pytest.raises(InvalidSpec, match="run_id: no such run; value: 'nowhere'"):
        resume(jobs.services, "nowhere")


@pytest.mark.parametrize("run_id", ["", "../outside", "a/b", "a b", ".hidden", "x" * 161])
def test_a_run_id_that_cannot_be_part_of_a_path_is_refused(jobs: Jobs, run_id: str) -> None:
    with pytest.raises(InvalidSpec, match=r"run_id: .*limit.*way out"):
        jobs.run(questions(1), run_id=run_id)
    jobs.check_nothing_happened()


def test_two_runs_never_get_one_output_folder(jobs: Jobs) -> None:
    rows, output = jobs.write(questions(3)), str(jobs.folder / "shared")
    jobs.sandbox.faults({"fault": "server_error", "on": "files.create", "status": 401})
    with pytest.raises(Exception, match="401"):
        jobs.run(rows, run_id="first", output=output)
    with pytest.raises(InvalidSpec, match=r"output: .*run first.*way out"):
        jobs.run(rows, run_id="second", output=f"{output}/")
    jobs.sandbox.faults()
    assert resume(jobs.services, "first")["run_id"] == "first"


def test_an_output_folder_of_a_refused_run_may_be_used_again(jobs: Jobs) -> None:
    output = str(jobs.folder / "shared")
    with pytest.raises(BudgetExceeded):
        jobs.run(questions(3), run_id="first", output=output, budget_usd="0.0001")
    assert jobs.run(questions(3), run_id="second", output=output)["output_uri"].endswith("/shared")


def test_an_output_folder_that_cannot_be_made_is_refused_before_anything_is_spent(jobs: Jobs) -> None:
    rows = jobs.write(questions(3))
    with pytest.raises(InvalidSpec, match=r"output: .*cannot be written.*way out"):
        jobs.run(rows, output=f"{rows}/below-a-file")
    jobs.check_nothing_happened()
