"""The difficulty score: learnt, held back, the same wherever a prompt stands, and sane before anything is learnt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nightshift.errors import Misconfigured
from nightshift.tiering.curves import apgr
from nightshift.tiering.difficulty.model import KIND, DifficultyModel, load_model, prior
from nightshift.tiering.difficulty.training import held_back_scores, train
from nightshift.tiering.outcomes import Outcome
from nightshift.tiering.weights import load, save

MakeRows = Callable[..., list[Outcome]]


def labels(rows: list[Outcome]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([row.light_correct for row in rows], float), np.array([row.premium_correct for row in rows], float)


def test_learns_what_makes_rows_hard(make_rows: MakeRows) -> None:
    model = DifficultyModel(train(make_rows(600), trained_at="today"))
    fresh = make_rows(600, seed=2)
    assert apgr(model.scores([row.prompt for row in fresh]), *labels(fresh)) > 0.6
    assert model.card["tasks"]["sums"]["lower_bound"] > 0.5


def test_scores_are_probabilities_of_gain(make_rows: MakeRows) -> None:
    rows, fresh = make_rows(1_500), make_rows(1_500, seed=2)
    scores = DifficultyModel(train(rows, trained_at="today")).scores([row.prompt for row in fresh])
    light, premium = labels(fresh)
    assert scores.min() > 0
    assert scores.max() < 1
    assert scores.mean() == pytest.approx((premium > light).mean(), abs=0.05)


def test_a_score_does_not_depend_on_its_neighbours(make_rows: MakeRows) -> None:
    prompts = [row.prompt for row in make_rows(300)]
    model = DifficultyModel(train(make_rows(600), trained_at="today"))
    together = model.scores(prompts)
    assert [float(model.scores([prompt])[0]) for prompt in prompts] == together.tolist()


def test_the_same_rows_give_the_same_bytes(make_rows: MakeRows, tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(train(make_rows(400), trained_at="today"), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_saved_model_scores_as_before_and_knows_its_rows(make_rows: MakeRows, tmp_path: Path) -> None:
    rows, fresh = make_rows(400), make_rows(50, seed=5)
    weights = train(rows, trained_at="today")
    save(weights, tmp_path / "model.bin")
    loaded = load_model(tmp_path / "model.bin")
    prompts = [row.prompt for row in fresh]
    assert loaded.scores(prompts).tolist() == DifficultyModel(weights).scores(prompts).tolist()
    assert loaded.trained_on([rows[0].prompt, *prompts]).tolist() == [True, *[False] * 50]


def test_damaged_and_foreign_files_are_refused(make_rows: MakeRows, tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    save(train(make_rows(300), trained_at="today"), path)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(Misconfigured, match="damaged"):
        load(path, KIND)
    path.write_bytes(b"something else")
    with pytest.raises(Misconfigured, match="not a file of trained weights"):
        load(path, KIND)


def test_weights_of_other_features_are_refused(make_rows: MakeRows, tmp_path: Path) -> None:
    weights = train(make_rows(300), trained_at="today")
    save(replace(weights, card=dict(weights.card) | {"features": ["length"]}), tmp_path / "model.bin")
    with pytest.raises(Misconfigured, match="other features of a prompt"):
        load_model(tmp_path / "model.bin")


def test_longer_is_harder_while_nothing_was_learnt() -> None:
    short, long = prior().scores(["Hello?", "Hello? " * 200])
    assert 0 < short < long < 1


@pytest.mark.parametrize(
    "prompt", ["", " ", "\x00", "²³½", "𝟙𝟚", "9" * 400, "1.2.3,4", "\ud800", "A" * 1_000_000, "\nA. \nB. "]
)
def test_any_text_has_a_score(prompt: str) -> None:
    scores = load_model().scores([prompt])
    assert 0 <= scores[0] <= 1


def test_what_own_words_are_worth_is_part_of_what_is_said_of_the_weights(make_rows: MakeRows) -> None:
    """Half of the tickets name what the light model gets wrong; nothing but the word tells them apart."""
    generator = np.random.default_rng(1)
    rows = [
        Outcome(
            prompt=f"My {word} is gone, and I want it back, case {number}.",
            light_correct=bool(generator.random() < (0.2 if word == "warranty" else 0.9)),
            premium_correct=True,
            task="tickets",
        )
        for number, word in enumerate(generator.choice(["warranty", "delivery"], 600).tolist())
    ]
    found = train(rows, trained_at="today").card
    assert list(found["tasks_known"]) == ["tickets"]
    assert found["tasks"]["tickets"]["lower_bound"] > 0.6
    assert apgr(held_back_scores(rows), *labels(rows)) > 0.6


def test_whole_subjects_unseen_are_still_better_than_chance(recorded: Callable[[str], list[Outcome]]) -> None:
    rows = recorded("mmlu_dev.jsonl")
    assert apgr(held_back_scores(rows), *labels(rows)) > 0.59
