"""E-mail addresses and card numbers: what must be masked and what must stay readable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.guardrails.personal_data import CreditCard, EmailAddress, passes_luhn
from nightshift.guardrails.verdict import Check

EMAIL, CARD = EmailAddress("e"), CreditCard("c")
VISA = "4111111111111111"
MARKED_TEXTS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "guardrails" / "pii.jsonl"


def hits(check: Check, text: str) -> list[str]:
    return [text[item.start : item.end] for item in check.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna@example.com", "anna@example.com"),
        ("<anna@example.com>", "anna@example.com"),
        ("mailto:anna@example.com?subject=x", "anna@example.com"),
        ("anna@example.com.", "anna@example.com"),
        ("ANNA.M+news@Mail.Example.CO.UK", "ANNA.M+news@Mail.Example.CO.UK"),
        ("a_b-c@x-y.museum", "a_b-c@x-y.museum"),
        ("hans@müller.de", "hans@müller.de"),
        ("josé@example.com", "josé@example.com"),
        ("anna@example.com_old", "anna@example.com"),
        ("連絡先：anna@example.comまで", "anna@example.com"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
    ],
)
def test_an_address_is_found(text: str, expected: str) -> None:
    assert hits(EMAIL, text) == [expected]


def test_an_address_that_is_glued_to_a_long_text_is_found() -> None:
    """More than the 64 characters of a local part stand before the at sign, without a space."""
    (found,) = hits(EMAIL, "长" * 80 + "anna@example.com")
    assert found.endswith("anna@example.com")


@pytest.mark.parametrize(
    "text",
    ["anna@localhost", "@anna", "anna @example.com", "anna@.com", "anna@example.c", "a@b", "3 @ 4.50", "me@-x.com"],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert hits(EMAIL, text) == []


# Test numbers that the card networks publish.
@pytest.mark.parametrize(
    "card",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "3782 822463 10005",
        "30569309025904",
        "3056 930902 5904",
        "6011111111111117",
        "4222222222222",
        "6759649826438453",
        "41 11 11 11 11 11 11 11",
    ],
)
@pytest.mark.parametrize(
    "text",
    ["{}", "card:{}.", "({})", "{}\n", "No {}, valid", "カード{}です", "{}-thanks", "id-{}", "x{}x"],
)
def test_a_card_number_is_found_however_it_is_written(card: str, text: str) -> None:
    assert hits(CARD, text.format(card)) == [card]


@pytest.mark.parametrize(
    "text",
    [
        "{} 12/27",
        "{} 123",
        "order 17 {}",
        "2 {}",
        "{} 05",
        "ticket 2026 {} 2027",
    ],
)
@pytest.mark.parametrize("card", ["4111 1111 1111 1111", "4111111111111111", "3782 822463 10005"])
def test_a_number_beside_a_card_does_not_hide_it(text: str, card: str) -> None:
    assert card in hits(CARD, text.format(card))


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # checksum
        "4111 1111 1111 1112",
        "41111111111",  # too short
        "0" * 16,
        VISA + "1111",  # a longer number that contains one
        "1" + VISA + "000",
        "4111111111111111.50",  # an amount
        "4111  1111  1111  1111",  # two spaces: columns of a table
        "4111\n1111\n1111\n1111",
        "2026-11-23 12:30:45",
        "+49 30 901820 12",
        "v1.2.3.4",
    ],
)
def test_what_is_no_card_number_stays(text: str) -> None:
    assert hits(CARD, text) == []


@given(st.text("0123456789", min_size=11, max_size=18))
def test_one_check_digit_of_ten_fits(digits: str) -> None:
    fitting = [last for last in "0123456789" if passes_luhn(digits + last)]
    assert len(fitting) == (0 if set(digits) == {"0"} else 1)


@given(st.data())
def test_one_wrong_digit_is_always_noticed(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(VISA) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != VISA[place]]))
    assert not passes_luhn(VISA[:place] + other + VISA[place + 1 :])


@pytest.mark.parametrize(("check", "entity"), [(EMAIL, "EMAIL_ADDRESS"), (CARD, "CREDIT_CARD")])
def test_nearly_every_marked_entity_of_the_shared_texts_is_found(check: Check, entity: str) -> None:
    """The texts are synthetic; a few marks there are no valid addresses or card numbers."""
    if not MARKED_TEXTS.exists():
        pytest.skip("shared/data/guardrails/pii.jsonl is not beside this checkout")
    texts = [json.loads(line) for line in MARKED_TEXTS.read_text(encoding="utf-8").splitlines()]
    marked = [(text["text"], span) for text in texts for span in text["spans"] if span["type"] == entity]
    covered = [
        any(hit.start <= span["start"] and span["end"] <= hit.end for hit in check.find(t)) for t, span in marked
    ]
    assert len(marked) > 20
    assert sum(covered) >= 0.95 * len(marked)
