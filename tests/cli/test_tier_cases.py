"""Which rows `tier plan` and `curve` may judge by, and whose scores those are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nightshift.cli.tier_cases import Gathered, cases_of
from nightshift.cli.tier_prices import Prices
from nightshift.tiering.difficulty.model import FILE
from nightshift.tiering.difficulty.training import train
from nightshift.tiering.outcomes import read_outcomes
from nightshift.tiering.planning import Wanted, carried_over, plan
from nightshift.tiering.strategies import Choice, Strategy
from nightshift.tiering.weights import save

PRICES = Prices("0.075/0.3", "1.25/5", "2.5/10", ())


def line(number: int, sign: str = "") -> str:
    steps = number % 11 + 1
    right = np.random.default_rng(number).random() > steps / 14
    prompt = f"{sign}Case {number}: Ann has {' and '.join(['17 boxes'] * steps)}. How many are that?"
    return json.dumps({"prompt": prompt, "light_correct": bool(right), "premium_correct": True, "task": "sums"})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that were trained on cases 0 to 399, another pair of models' than that of the tests."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "rows.jsonl").write_text("\n".join(line(number) for number in range(400)))
    save(train(read_outcomes([folder / "rows.jsonl"]), trained_at="today"), folder / FILE)
    return folder / FILE


def gathered(folder: Path, model: Path, *lines: str, once: bool = True) -> Gathered:
    (folder / "rows.jsonl").write_text("\n".join(lines))
    return cases_of((folder / "rows.jsonl",), PRICES, "numeric", model, each_prompt_once=once)


def test_rows_that_the_weights_know_are_left_out_and_the_others_judged_by_the_weights_in_use(
    tmp_path: Path, model: Path
) -> None:
    fresh = [line(number) for number in range(400, 600)]
    alone, mixed = gathered(tmp_path, model, *fresh), gathered(tmp_path, model, line(1), line(2), *fresh)
    assert mixed.cases.score.tolist() == alone.cases.score.tolist()
    assert mixed.in_use is None
    assert "Left out: 2 rows that the weights in use were trained on." in mixed.note


def test_where_all_rows_are_known_nothing_is_promised_and_the_threshold_is_one_of_the_weights_in_use(
    tmp_path: Path, model: Path
) -> None:
    found = gathered(tmp_path, model, *(line(number) for number in range(400)))
    assert "cross-fitted on these rows, since difficulty were trained on 400 of them" in found.note
    assert found.in_use is not None
    planned = plan(found.cases, Wanted(0.8))
    assert (planned.choice.strategy, planned.guaranteed) == (Strategy.DIRECT, True)
    carried = carried_over(planned, found.in_use)
    assert not carried.guaranteed
    assert (found.in_use.score >= carried.choice.threshold).mean() == pytest.approx(planned.premium_share, abs=0.05)


def test_few_known_rows_leave_the_threshold_that_was_not_read_from_them(tmp_path: Path, model: Path) -> None:
    answered = (json.dumps(json.loads(line(number)) | {"light_answer": f"#### {number}"}) for number in range(12))
    found = gathered(tmp_path, model, *answered)
    assert found.in_use is not None
    carried = carried_over(plan(found.cases, Wanted(0.9)), found.in_use)
    assert carried.choice == Choice(Strategy.VERIFY, threshold=0.5)


def test_a_repeated_prompt_is_one_case_of_a_plan_and_a_curve_shows_the_rows_as_they_are(
    tmp_path: Path, model: Path
) -> None:
    lines = [line(number) for number in range(400, 410)] * 12
    once, all_rows = gathered(tmp_path, model, *lines), gathered(tmp_path, model, *lines, once=False)
    assert (len(once.cases), len(all_rows.cases)) == (10, 120)
    assert "Left out: 110 rows whose prompt came before." in once.note
    assert not plan(once.cases, Wanted(0.95)).guaranteed


def answered(folder: Path, comparator: str, *answers: tuple[str, dict[str, str]]) -> str:
    """The note on rows with a light answer and opinions by model."""
    rows = [
        {
            "prompt": f"Case {number}",
            "light_correct": True,
            "premium_correct": True,
            "light_answer": light,
            "opinions": [{"model": model, "answer": text, "correct": True} for model, text in opinions.items()],
        }
        for number, (light, opinions) in enumerate(answers)
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    prices = PRICES._replace(opinions=("1/1",))
    return cases_of((folder / "rows.jsonl",), prices, comparator, None, each_prompt_once=True).note


def test_rows_that_lack_an_opinion_are_counted(tmp_path: Path) -> None:
    told = answered(tmp_path, "exact", ("A", {"b": "A"}), ("A", {}), ("B", {"b": "A"}))
    assert told.endswith(" Left out of agreement: 1 of 3 rows have no opinion of b.")


def test_answers_that_the_comparator_cannot_compare_are_told(tmp_path: Path) -> None:
    letters = [("A", {"b": "A"}), ("B", {"b": "B"})]
    nothing = " No answers agree: there is nothing in any of them that --comparator numeric compares."
    assert answered(tmp_path, "numeric", *letters).endswith(nothing)
    assert nothing not in answered(tmp_path, "numeric", *letters, ("#### 5", {"b": "C"}))
    assert "No answers agree" not in answered(tmp_path, "label", *letters)
