"""Whole jobs whose answers a judge compares: what it costs is in the ledger and inside the budget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.batch.agreement.test_prose_cascades import JUDGE, JUDGED, RECORDED, ROWS, check_published, reasons, run
from tests.batch.test_cascades import LIGHT, PREMIUM, SECOND, Cascades, cascades

from nightshift.batch.runner import run_job
from nightshift.finops.money import to_dollars
from nightshift.storage.lake import FileLake

pytestmark = [pytest.mark.runs, pytest.mark.parametrize("cascades", [RECORDED], indirect=True)]

__all__ = ["cascades"]  # a fixture

QUESTIONS = 2 + 2 + 1  # three different pairs; the second question only after a yes to the first


def test_what_a_judge_costs_is_in_ledger_summary_and_bill(cascades: Cascades) -> None:
    summary = run(cascades, JUDGED)
    cascades.jobs.check_money()
    (judged,) = summary["side_calls"]
    assert (judged["purpose"], judged["model"], judged["questions"]) == ("judge", JUDGE, QUESTIONS)
    bill = cascades.jobs.sandbox.bill()["by_model"][JUDGE]
    assert to_dollars(round(judged["cost_usd"] * 10**12)) == Decimal(bill["cost_usd"]) > 0
    assert summary["cost_usd"] == float(cascades.jobs.settled())
    assert cascades.jobs.record().side_calls_promised == 0


def test_pairs_that_the_budget_has_no_room_to_judge_do_not_agree_and_are_told(cascades: Cascades) -> None:
    run(cascades, JUDGED, run_id="measured")
    planned = sum(shard.estimate for shard in cascades.jobs.shards("measured") if shard.wave == 0)
    judged = dict(cascades.asked())[JUDGE]
    other = [{**item, "question": f"{item['question']} Once more."} for item in ROWS]
    summary = run(cascades, JUDGED, other, run_id="poor", budget_usd=str(to_dollars(planned * 105 // 100)))
    assert summary["cost_usd"] <= summary["budget_usd"]
    asked_now = cascades.asked()[JUDGE] - judged
    (told,) = summary["side_calls"]
    assert 0 < told["refused"] == told["questions"] - asked_now
    assert asked_now > 0
    assert any("were not asked, because they did not fit budget_usd" in alert for alert in summary["alerts"])
    assert any(alert.startswith("rows with a cheaper model's answer") for alert in summary["alerts"])
    cascades.jobs.check_money("measured", "poor")


class Killed(BaseException):
    """Nobody catches it."""


class Cut(FileLake):
    """A lake that dies when everything was compared, before anybody could name the file."""

    @contextmanager
    def create(self, uri: str) -> Iterator[Path]:
        with super().create(uri) as path:
            yield path
            if "agreements-" in uri:
                raise Killed


@pytest.mark.parametrize("answered", [2, QUESTIONS])
def test_after_a_kill_what_was_answered_is_not_asked_again(cascades: Cascades, answered: int) -> None:
    jobs = cascades.jobs
    refused = {"fault": "invalid_credentials", "on": "chat.completions", "model": JUDGE, "after": answered}
    jobs.sandbox.faults(*([refused] if answered < QUESTIONS else []))
    whole = jobs.services
    jobs.services = replace(whole, lake=Cut(whole.lake.child().removesuffix("/")))
    with pytest.raises(Killed):
        run(cascades, JUDGED)
    assert cascades.asked() == {LIGHT: 8, SECOND: 8, JUDGE: answered}

    jobs.services = whole
    jobs.sandbox.faults()
    run_job(whole, whole.job("run-1").spec, "run-1")
    check_published(reasons(cascades))
    assert cascades.asked() == {LIGHT: 8, SECOND: 8, PREMIUM: 4, JUDGE: QUESTIONS}
    jobs.check_money()
