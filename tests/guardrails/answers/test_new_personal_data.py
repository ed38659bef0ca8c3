"""Personal data of an answer that nobody gave the model, and that which somebody did, however it was written."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest

from nightshift.guardrails.answers.new_personal_data import NewPersonalData
from nightshift.guardrails.subjects import Batch, Subject

CHECK = NewPersonalData()
KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def new(
    answer: str, *, prompt: str | None = None, system: str | None = None, sources: tuple[str, ...] = ()
) -> list[str]:
    (hits,) = CHECK.detect(Batch([Subject(answer, "assistant", prompt, system, sources)]))
    return [answer[hit.start : hit.end] for hit in hits]


VALUES = ["anna@example.com", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "+49 30 901820", KEY]


@pytest.mark.parametrize("value", VALUES)
def test_what_nobody_gave_is_new(value: str) -> None:
    assert new(f"It is {value} indeed.", prompt="What is it?", system="Be kind.", sources=("Nothing here.",)) == [value]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("place", ["prompt", "system", "sources"])
def test_what_was_given_is_not_new(value: str, place: str) -> None:
    given = f"Known: {value}."
    assert new(f"It is {value} indeed.", **{place: (given,) if place == "sources" else given}) == []


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ("Anna@Example.com", "Write to anna@example.com."),
        ("card 4111-1111-1111-1111", "Your card 4111 1111 1111 1111 is charged."),
        ("IBAN DE89370400440532013000", "We pay to DE89 3704 0044 0532 0130 00."),
        ("call 030 901820", "Please call +49 30 901820."),
        ("call +49 (0)30 90 18 20", "Please call +49 30 901820."),
        ("call 0049 30 901820", "Please call 030 901820."),
        ("ＩＢＡＮ　ＤＥ８９３７０４００４４０５３２０１３０００", "We pay to DE89 3704 0044 0532 0130 00."),
    ],
)
def test_the_same_value_may_be_written_in_another_way(given: str, answer: str) -> None:
    assert new(answer, prompt=given) == []


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ("anna@example.com", "Write to hanna@example.com."),
        ("card 4111 1111 1111 1111", "Your card 5500 0000 0000 0004 is charged."),
        ("call +49 30 901820", "Please call +49 30 901821."),
    ],
)
def test_a_value_like_a_given_one_is_new(given: str, answer: str) -> None:
    assert len(new(answer, prompt=given)) == 1


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("disguise", [encoded, quote, "\u200b".join])
def test_a_given_value_may_be_disguised_on_either_side(value: str, disguise: Callable[[str], str]) -> None:
    assert new(f"It is {disguise(value)} indeed.", prompt=f"Known: {value}.") == []
    assert new(f"It is {value} indeed.", prompt=f"Known: {disguise(value)}.") == []


@pytest.mark.parametrize("value", VALUES)
def test_a_disguised_value_that_nobody_gave_is_new(value: str) -> None:
    assert new(f"It is {encoded(value)} indeed.", prompt="Known: nothing.") == [encoded(value)]
    assert new(f"It is {encoded(value)} indeed.", prompt=f"Known: {encoded('anna@example.org')}.") == [encoded(value)]


def test_a_code_with_one_value_that_nobody_gave_is_new() -> None:
    answer = encoded("anna@example.com, hanna@example.com")
    assert new(f"It is {answer}.", prompt="anna@example.com") == [answer]
    assert new(f"It is {answer}.", prompt="anna@example.com, hanna@example.com") == []


def test_a_value_inside_of_a_page_s_address_is_new() -> None:
    assert new("See https://example.org/?mail=anna@example.com&b=1.", prompt="Where?") == ["anna@example.com"]
    assert new("See https://example.org/pages/1.", prompt="Where?") == []


def test_a_key_in_another_case_is_another_key() -> None:
    assert new(f"Use {KEY}", prompt=f"token {KEY.swapcase()}") == [KEY]


@pytest.mark.parametrize("answer", ["Your order has shipped.", "See https://example.com/help.", "It costs 12.50.", ""])
def test_an_answer_without_personal_data_has_none_that_is_new(answer: str) -> None:
    assert new(answer, prompt="Where is it?") == []


def test_secrets_and_entities_can_be_left_out() -> None:
    subject = Subject(f"Use {KEY} or write to anna@example.com or call +49 30 901820.", "assistant")
    (hits,) = NewPersonalData(frozenset({"EMAIL_ADDRESS"}), secrets=False).detect(Batch([subject]))
    assert [hit.entity for hit in hits] == ["EMAIL_ADDRESS"]
