import numpy as np
import pytest

from nightshift.guardrails.classifier.tokens import tokenise
from nightshift.guardrails.classifier.vectors import KINDS, Vocabulary
from nightshift.guardrails.training.word_vectors import table


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    words = ["the", "play", "##ing", "##er", "!"]
    chance = np.random.default_rng(1)
    return Vocabulary.of(table(words, chance.normal(size=(5, 80)), {}))


def read(vocabulary: Vocabulary, text: str) -> list[np.ndarray]:
    rows, extra = vocabulary.rows(tokenise([text]), f"\n{text}\n")
    both = np.concatenate([vocabulary.vectors, extra])
    return list(both[rows])


def test_a_known_word_has_its_own_vector(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "Play !")[0].tolist() == vocabulary.vectors[KINDS + 1].tolist()


def test_an_unknown_word_is_read_in_pieces(vocabulary: Vocabulary) -> None:
    pieces = vocabulary.vectors[[KINDS + 1, KINDS + 2]].astype(int).mean(axis=0)
    assert np.abs(read(vocabulary, "playing")[0] - pieces).max() <= 0.5


def test_what_cannot_be_read_has_the_vector_of_its_kind(vocabulary: Vocabulary) -> None:
    rows, extra = vocabulary.rows(tokenise(["qqq ?"]), "\nqqq ?\n")
    assert np.concatenate([vocabulary.vectors, extra])[rows].tolist() == [[0] * 64, [0] * 64]


def test_a_word_is_read_the_same_the_second_time(vocabulary: Vocabulary) -> None:
    first, second = read(vocabulary, "player"), read(vocabulary, "the player playing")
    assert first[0].tolist() == second[1].tolist()
