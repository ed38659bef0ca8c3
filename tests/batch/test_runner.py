from __future__ import annotations

from tests.job_runs import Jobs, questions


def test_first(jobs: Jobs) -> None:
    summary = jobs.run(questions(40))
    print(summary)
    jobs.check_money()

def test_second(jobs: Jobs) -> None:
    summary = jobs.run(questions(40))
    jobs.check_money()
