"""Every point of the curve can be chosen: with the threshold that it names, a job does what the point says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nightshift.tiering.cases import Cases
from nightshift.tiering.sizing import points
from nightshift.tiering.strategies import Choice, Strategy, run

MakeCases = Callable[..., Cases]


def test_points_are_what_their_thresholds_give(make_cases: MakeCases) -> None:
    cases = make_cases(300)
    graded = [one for one in points(cases) if one.choice.threshold is not None]
    assert {one.choice.strategy for one in graded} == {Strategy.DIRECT, Strategy.VERIFY, Strategy.AGREEMENT}
    for one in graded:
        again = Choice(one.choice.strategy, opinions=one.choice.opinions, threshold=one.choice.threshold)
        assert run(again, cases).quality == one.quality


def test_agreement_is_tried_everywhere_and_where_doubted(make_cases: MakeCases) -> None:
    found = [one for one in points(make_cases(300)) if one.choice.strategy is Strategy.AGREEMENT]
    assert {one.waves for one in found} == {2, 3}
    assert max(one.cost for one in found if one.waves == 3) < next(one.cost for one in found if one.waves == 2)


def test_rows_of_one_score_go_together(make_cases: MakeCases) -> None:
    cases = replace(make_cases(100), score=np.full(100, 0.4), doubt=None, settled=())
    assert [one.premium_share for one in points(cases, limits=False)] == [0, 1, 1]


def test_a_threshold_is_one_of_the_weights_in_use(make_cases: MakeCases) -> None:
    cases = make_cases(300)
    in_use = replace(cases, score=cases.score / 2, doubt=None)
    own = [one for one in points(cases) if one.choice.strategy is Strategy.DIRECT]
    told = [one for one in points(cases, in_use=in_use) if one.choice.strategy is Strategy.DIRECT]
    assert [one.quality for one in told] == [one.quality for one in own]
    for one, other in zip(told, own, strict=True):
        assert one.choice.threshold is not None
        assert other.choice.threshold is not None
        assert abs(2 * one.choice.threshold - other.choice.threshold) < 3e-6
