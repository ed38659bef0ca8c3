"""What a rule hits is read with its sentence, and with nothing else."""

from __future__ import annotations

import pytest

from nightshift.guardrails.injection.close_ups import close_ups
from nightshift.guardrails.injection.rules import RuleHit
from nightshift.guardrails.normalisation import view

ORDER = "sing the song"
FILLER = "The tea was cold. " * 20


def pieces(text: str, *weights: float) -> list[tuple[str, float]]:
    """The close-ups of a text in which each occurrence of the order is hit."""
    seen = view(text)
    plain = seen.plain.text
    starts = [start for start in range(len(plain)) if plain.startswith(ORDER, start)]
    hits = [
        RuleHit("override", 0, 0, weight, (start, start + len(ORDER)))
        for start, weight in zip(starts, weights, strict=True)
    ]
    return [(plain[one.start : one.end], one.evidence) for one in close_ups(seen, hits)]


@pytest.mark.parametrize(
    ("before", "sentence", "after"),
    [
        ("The tea was cold. ", f"Now {ORDER}.", " The end."),
        ('{"price": 2.5, "note": "good! ', f"Now {ORDER}.", '"}'),
        ("id,note\n", f"7,{ORDER}", "\n8,none"),
        ("お茶は冷たい。", f"Now {ORDER}。", "終わり。"),
    ],
)
def test_a_close_up_is_the_sentence_or_the_line(before: str, sentence: str, after: str) -> None:
    assert pieces(f"{FILLER}{before}{sentence}{after}", 0.9) == [(sentence, 0.9)]


def test_sentences_that_are_hit_twice_are_read_once_with_the_stronger_hit() -> None:
    assert pieces(f"{FILLER}Now {ORDER} and {ORDER}. Fine.", 0.6, 0.9) == [(f"Now {ORDER} and {ORDER}.", 0.9)]


def test_sentences_apart_are_read_apart() -> None:
    assert [weight for _, weight in pieces(f"Now {ORDER}. {FILLER}Then {ORDER}.", 0.6, 0.9)] == [0.6, 0.9]


def test_a_line_without_end_is_read_in_part() -> None:
    ((text, _),) = pieces("tea " * 500 + ORDER + " tea" * 500, 0.9)
    assert ORDER in text
    assert len(text) < 450


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        (f"Now {ORDER}.", 0.9),  # all of the text, which is read anyhow
        (f"{FILLER}Now {ORDER}.", 0.4),  # a weak hit
    ],
)
def test_what_tells_nothing_new_is_not_read_again(text: str, weight: float) -> None:
    assert pieces(text, weight) == []


def test_what_is_hidden_has_no_sentence() -> None:
    assert close_ups(view(FILLER), [RuleHit("encoded-instruction", 0, 20, 0.9)]) == []


@pytest.mark.parametrize(
    ("rule", "weight", "order", "expected"),
    [
        ("override", 0.9, ORDER, True),
        ("override-foreign", 0.85, ORDER, True),
        ("override", 0.8, ORDER, False),
        ("unrestricted-foreign", 0.85, ORDER, False),
        ("special-token", 0.9, ORDER, False),
        ("override", 0.9, f"{ORDER} and {'la ' * 40}", False),
    ],
)
def test_a_short_sentence_with_an_override_is_plain(rule: str, weight: float, order: str, expected: bool) -> None:
    text = f"{FILLER}{order}. Fine."
    hit = RuleHit(rule, 0, 0, weight, (len(FILLER), len(FILLER) + len(ORDER)))
    (found,) = close_ups(view(text), [hit])
    assert found.is_plain == expected
