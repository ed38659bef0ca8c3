"""Who puts weights in use, and that nothing else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.batch.tier_learning.conftest import LEARNER
from tests.outcome_rows import PROMPT, outcome_lines

from nightshift.batch.services import Services
from nightshift.batch.tier_learning.candidates import Candidate
from nightshift.batch.tier_learning.deciding import Decided, decide
from nightshift.batch.tier_learning.in_use import active_weights, weights_of
from nightshift.batch.tier_learning.training import compare_candidates, train_candidates
from nightshift.batch.tiering.weights_in_use import difficulty_model, shipped_weights, verifier
from nightshift.errors import InvalidSpec, StateConflict
from nightshift.storage.tables import ModelState, TierModel

Learn = Callable[..., list[Candidate]]


def test_adopted_weights_are_in_use_for_their_application_alone(services: Services, learnt: Learn) -> None:
    difficulty, doubt = learnt()
    assert decide(services, adopt=[difficulty.name, doubt.name], reject=[], by="Ada") == Decided(2, 0)
    assert active_weights(services, "math-tutor", "difficulty") == (difficulty.uri, difficulty.digest)
    prompts = sorted((str(line["prompt"]) for line in outcome_lines(100, seed=9)), key=len)
    own = difficulty_model(services, weights_of(services, "math-tutor", "difficulty")).scores(
        prompts, [PROMPT] * len(prompts)
    )
    assert own[:20].mean() > own[-20:].mean(), "short ones are hard, as its own rows say"
    shipped = difficulty_model(services, weights_of(services, "support-desk", "difficulty")).scores(prompts)
    assert shipped[:20].mean() < shipped[-20:].mean()
    assert verifier(services, weights_of(services, "math-tutor", "verifier")).card["rows"] == doubt.rows
    assert weights_of(services, "support-desk", "difficulty") == shipped_weights("difficulty")
    assert active_weights(services, "math-tutor", "difficulty", sandbox="stand-in") is None


def test_a_decision_names_who_and_may_be_repeated_but_not_turned(services: Services, learnt: Learn) -> None:
    difficulty, doubt = learnt()
    decide(services, adopt=[difficulty.name], reject=[doubt.name], by="Ada")
    assert decide(services, adopt=[difficulty.name], reject=[doubt.name], by="Bob") == Decided(0, 0)
    with services.database.transaction() as session:
        found = {row.kind: (row.state, row.decided_by) for row in session.query(TierModel).all()}
    assert found == {"difficulty": (ModelState.ADOPTED, "Ada"), "verifier": (ModelState.REJECTED, "Ada")}
    with pytest.raises(InvalidSpec, match="adopt: it cannot be adopted: it is rejected by Ada"):
        decide(services, adopt=[doubt.name], reject=[], by="Bob")


def test_the_next_adopted_weights_supersede_and_rejected_ones_give_way_to_the_shipped(
    services: Services, learnt: Learn
) -> None:
    first, _ = learnt()
    decide(services, adopt=[first.name], reject=[], by="Ada")
    # What is hard has turned round: the adopted weights are wrong now, and the new rows are the most.
    second = next(one for one in learnt(4000, seed=2, short_is_hard=False) if one.kind == "difficulty")
    assert second.compared_with == first.digest
    decide(services, adopt=[second.name], reject=[], by="Bob")
    assert active_weights(services, "math-tutor", "difficulty") == (second.uri, second.digest)
    with services.database.transaction() as session:
        assert session.get_one(TierModel, ("math-tutor", "difficulty", first.digest)).state == ModelState.SUPERSEDED
    assert decide(services, adopt=[], reject=[second.name], by="Ada") == Decided(0, 1)
    assert weights_of(services, "math-tutor", "difficulty") == shipped_weights("difficulty")


def test_what_was_compared_with_other_weights_is_compared_again(services: Services, learnt: Learn) -> None:
    difficulty, doubt = learnt()
    with services.database.transaction() as session:
        session.get_one(TierModel, ("math-tutor", "difficulty", difficulty.digest)).compared_with = "0" * 64
    with pytest.raises(StateConflict, match="was compared with other weights"):
        decide(services, adopt=[difficulty.name, doubt.name], reject=[], by="Ada")
    assert active_weights(services, "math-tutor", "verifier") is None, "all or nothing"
    compare_candidates(services, LEARNER)
    assert decide(services, adopt=[difficulty.name], reject=[], by="Ada") == Decided(1, 0)


def test_an_uncompared_candidate_cannot_be_adopted(services: Services, learnt: Learn) -> None:
    learnt(40)
    learnt(600, seed=2)
    with services.database.transaction() as session:
        for row in session.query(TierModel).all():
            row.statement, row.state = None, ModelState.CANDIDATE
    [difficulty, _] = train_candidates(services, LEARNER)
    with pytest.raises(InvalidSpec, match="it was not compared yet"):
        decide(services, adopt=[difficulty.name], reject=[], by="Ada")


@pytest.mark.parametrize("name", ["math-tutor/difficulty-000000000000", "math-tutor/difficulty-", "nonsense", ""])
def test_an_unknown_name_is_refused(services: Services, learnt: Learn, name: str) -> None:
    learnt()
    with pytest.raises(InvalidSpec, match="no weights have this name"):
        decide(services, adopt=[name], reject=[], by="Ada")


def test_nobody_decides_without_a_name_or_both_ways(services: Services) -> None:
    with pytest.raises(InvalidSpec, match=r"^by: "):
        decide(services, adopt=["a/difficulty-1"], reject=[], by=" ")
    with pytest.raises(InvalidSpec, match="adopted and rejected at once"):
        decide(services, adopt=["a/difficulty-1"], reject=["a/difficulty-1"], by="Ada")
