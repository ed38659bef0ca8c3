"""Candidates: trained on an application's rows, judged on rows that nobody was trained on, and asked about once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.batch.tier_learning.conftest import LEARNER
from tests.outcome_rows import outcome_file, outcome_lines

from nightshift.batch.outcomes.importing import import_outcomes
from nightshift.batch.outcomes.sets import read_outcome_sets
from nightshift.batch.services import Services
from nightshift.batch.tier_learning.candidates import COMPARISON, Candidate, learners, waiting
from nightshift.batch.tier_learning.in_use import active_weights
from nightshift.batch.tier_learning.training import compare_candidates, train_candidates
from nightshift.batch.tiering.cascade import WeightsInUse
from nightshift.batch.tiering.weights_in_use import difficulty_model
from nightshift.storage.tables import ModelState, TierModel

Learn = Callable[..., list[Candidate]]


def state_of(services: Services, candidate: Candidate) -> TierModel:
    with services.database.transaction() as session:
        return session.get_one(TierModel, (candidate.application, candidate.kind, candidate.digest))


def test_an_application_learns_what_the_shipped_weights_do_not_know(services: Services, learnt: Learn) -> None:
    difficulty, doubt = learnt()
    assert (difficulty.kind, doubt.kind) == ("difficulty", "verifier")
    assert difficulty.replaces
    assert str(difficulty.statement).startswith("better: APGR +0.")
    assert active_weights(services, "math-tutor", "difficulty") is None, "nobody has adopted it"


def test_a_third_of_the_sampled_rows_is_never_trained_on_and_judges(services: Services, learnt: Learn) -> None:
    difficulty, _ = learnt()
    model = difficulty_model(services, WeightsInUse(uri=difficulty.uri, digest=difficulty.digest))
    seen = model.trained_on([row.prompt for row in read_outcome_sets(services, "math-tutor")])
    assert 0.25 < 1 - seen.mean() < 0.42
    assert f"on {int((~seen).sum())} held-back cases" in str(difficulty.statement)
    assert difficulty.rows == int(seen.sum())


def test_what_beats_nothing_is_rejected_and_says_why(services: Services, learnt: Learn) -> None:
    found = learnt(100)
    assert [candidate.replaces for candidate in found] == [False]
    record = state_of(services, found[0])
    assert (record.state, record.decided_by) == (ModelState.REJECTED, COMPARISON)
    assert str(record.statement).startswith("not better: ")
    assert waiting(services) == []


def test_the_same_rows_are_asked_about_once(services: Services, learnt: Learn) -> None:
    assert learners(services) == []
    first = learnt()
    assert learners(services) == []
    assert train_candidates(services, LEARNER) == first


def test_new_rows_bring_a_new_candidate_in_the_place_of_the_undecided_one(services: Services, learnt: Learn) -> None:
    first = learnt()
    second = learnt(900, seed=2)
    assert [state_of(services, one).state for one in first] == [ModelState.SUPERSEDED] * 2
    assert waiting(services) == [one for one in second if one.replaces]
    assert second[0].rows > first[0].rows


def test_escalated_rows_teach_no_difficulty(services: Services, tmp_path: Path) -> None:
    """They are all hard: whoever learnt from them would send everything to premium."""
    import_outcomes(services, outcome_file(tmp_path, outcome_lines(400, sampled=False)))
    found = train_candidates(services, LEARNER)
    assert [candidate.kind for candidate in found] == ["verifier"]
    [compared] = compare_candidates(services, LEARNER)
    assert compared.statement == "not better: 0 of 50 held-back cases"


def test_light_answers_that_failed_their_checks_teach_no_doubt(services: Services, tmp_path: Path) -> None:
    lines = outcome_lines(400, sampled=False, light_accepted=False)
    import_outcomes(services, outcome_file(tmp_path, lines))
    assert train_candidates(services, LEARNER) == []


def test_too_few_rows_train_nothing(services: Services, learnt: Learn) -> None:
    assert learnt(40) == []


def test_rows_without_their_light_answer_judge_no_doubt(services: Services, learnt: Learn, tmp_path: Path) -> None:
    without = outcome_lines(300, seed=7)
    for line in without:
        del line["light_answer"]
    import_outcomes(services, outcome_file(tmp_path, without, "without.jsonl"))
    difficulty, doubt = learnt()
    assert held_back(difficulty) > held_back(doubt)


def held_back(candidate: Candidate) -> int:
    return int(str(candidate.statement).split(" on ")[1].split()[0])
