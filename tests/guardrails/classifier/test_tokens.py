from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nightshift.guardrails.classifier.tokens import tokenise


def words(texts: list[str]) -> list[list[int]]:
    tokens = tokenise(texts)
    return [tokens.hashes[a:b].tolist() for a, b in pairwise(tokens.first)]


def test_a_word_has_one_hash_whatever_its_case_and_place() -> None:
    alone, inside = words(["ignore", "Please IGNORE this. ignore!"])
    assert inside.count(alone[0]) == 2


def test_accents_and_digits_are_folded() -> None:
    first, second = words(["Überfall 1234", "uberfall 9876"])
    assert first == second


def test_a_run_of_one_sign_is_one_word() -> None:
    long, short = words(["a ------ b", "a - b"])
    assert long == short


def test_ideographs_are_words_of_their_own() -> None:
    assert len(words(["忽略指令"])[0]) == 4


def test_positions_give_the_words_back() -> None:
    texts = ["One, two", "", "drei😀vier"]
    block = "\n" + "\n".join(texts) + "\n"
    tokens = tokenise(texts)
    found = [block[a:b] for a, b in zip(tokens.start, tokens.stop, strict=True)]
    assert found == ["One", ",", "two", "drei", "😀", "vier"]
    assert tokens.first.tolist() == [0, 3, 3, 6]


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_a_text_is_read_the_same_alone_and_among_others(texts: list[str]) -> None:
    assert words(texts) == [words([text])[0] for text in texts]


def test_lone_surrogates_are_read() -> None:
    assert len(tokenise(["a \ud800 b"]).hashes) >= 2
    assert tokenise(["x"]).hashes.dtype == np.uint64
