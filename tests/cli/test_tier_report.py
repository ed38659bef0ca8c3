"""Plans and curves as they are shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nightshift.cli.tier_report import curve_object, plan_text, print_curve
from nightshift.tiering.cases import Cases
from nightshift.tiering.planning import Wanted, plan

TEN = np.arange(10.0)
RIGHT = Cases(TEN * 0 + 1, TEN * 0 + 1, TEN * 0 + 1, TEN * 0 + 5, TEN * 0 + 9, TEN / 10)


def test_one_wave_is_one_wave() -> None:
    found = plan(RIGHT, Wanted(0.9, waves=1))
    assert ", 1 wave\n" in plan_text(found)
    assert ", 2 waves\n" in plan_text(replace(found, waves=2))


def test_what_was_asked_for_is_not_rounded_up_to_certainty() -> None:
    told = plan_text(plan(RIGHT, Wanted(0.9999, confidence=0.99999999999)))
    assert "99.99% at 99.999999999% confidence" in told


def test_where_premium_gains_nothing_no_figure_is_made_up(capsys: pytest.CaptureFixture[str]) -> None:
    report = curve_object(RIGHT)
    assert {figure for found in report["rankings"].values() for figure in found.values()} == {None}
    print_curve(report, "[red]a name[/x]")
    shown = capsys.readouterr().out
    assert "CPT" in shown
    assert "100.0%" not in shown.split("strategy")[0]
    assert "[red]a name[/x]" in shown, "names of models are no markup"


def test_random_is_the_average_of_all_shuffles() -> None:
    report = curve_object(replace(RIGHT, light=(TEN < 3).astype(float)))
    expected = {"apgr": 0.5, "cpt50": 0.5, "cpt80": 0.8, "cpt50_first": 0.5, "cpt80_first": 0.8}
    assert report["rankings"]["random"] == pytest.approx(expected)
    random = [one["quality"] for one in report["points"] if one["strategy"] == "random"]
    assert random == pytest.approx([0.3 + 0.07 * step for step in range(1, 10)])
