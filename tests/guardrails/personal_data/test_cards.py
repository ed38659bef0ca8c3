"""Card numbers: found however they are written; order numbers stay readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.guardrails.personal_data import PersonalData
from nightshift.guardrails.personal_data.checksums import passes_luhn

DETECTOR = PersonalData(frozenset({"CREDIT_CARD"}))
VISA = "4111111111111111"


def hits(text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in DETECTOR.detect_text(text)]


# Test numbers that the card networks publish.
@pytest.mark.parametrize(
    "card",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
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
    "text", ["{}", "card:{}.", "({})", "{}\n", "No {}, valid", "カード{}です", "{}-thanks", "id-{}", "x{}x", "a,{},b"]
)
def test_a_card_number_is_found_however_it_is_written(card: str, text: str) -> None:
    assert hits(text.format(card)) == [card]


@pytest.mark.parametrize("text", ["{} 12/27", "{} 123", "order 17 {}", "2 {}", "{} 05", "ticket 2026 {} 2027"])
@pytest.mark.parametrize("card", ["4111 1111 1111 1111", "4111111111111111", "3782 822463 10005"])
def test_a_number_beside_a_card_does_not_hide_it(text: str, card: str) -> None:
    assert card in hits(text.format(card))


@pytest.mark.parametrize(
    "text",
    ["Visa{}exp1225", "PAN{}CVV123EXP1226", "{}USD100", "paid {}EUR50", "cc2card{}", "card=3D{}", "?card%3D{}"],
)
def test_a_card_number_is_found_between_glued_words(text: str) -> None:
    assert hits(text.format(VISA)) == [VISA]


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
        "commit de67e4848423415312dba3378721aba3f3e57f39",
        "4848423415312dba3378721aba3f3e57f39de67e",
        "de67e4111111111111111f3",
        "sha 4111111111111111f3ab",
        "e7a4111111111111111",
        "+49 30 901820 12",
        "v1.2.3.4",
        "490154203237518",  # an IMEI: Luhn, and no network's
        "order number 4111111111111111",
    ],
)
def test_what_is_no_card_number_stays(text: str) -> None:
    assert hits(text) == []


def test_a_word_makes_up_for_a_network_that_is_not_known() -> None:
    assert hits("card 700000000005") == ["700000000005"]
    assert hits("about 700000000005") == []


@given(st.text("0123456789", min_size=11, max_size=18))
def test_one_check_digit_of_ten_fits(digits: str) -> None:
    fitting = [last for last in "0123456789" if passes_luhn(digits + last)]
    assert len(fitting) == (0 if set(digits) == {"0"} else 1)


@given(st.data())
def test_one_wrong_digit_is_always_noticed(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(VISA) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != VISA[place]]))
    assert not passes_luhn(VISA[:place] + other + VISA[place + 1 :])
