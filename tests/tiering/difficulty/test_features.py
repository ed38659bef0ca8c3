"""What is read from a prompt: numbers by how hard they are to reckon with, fields, texts to read, answers offered."""

from __future__ import annotations

from collections import Counter

import pytest

from nightshift.tiering.difficulty.features import NAMES, SHAPES, read

CHOICES = "\nA. {}\nB. {}\nC. {}\nD. {}\nAnswer:"


def value(prompt: str, name: str) -> float:
    return float(read([prompt]).numbers[0, NAMES.index(name)])


def test_every_feature_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(NAMES).items() if times > 1] == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [("3.5", "decimal"), ("1984", "year"), ("4721", "many_digits"), ("12,345", "many_digits"), ("0.25", "decimal")],
)
def test_numbers_are_told_apart(number: str, kind: str) -> None:
    prompt = f"It was {number} then"
    assert [name for name in ("decimal", "year", "many_digits") if value(prompt, name)] == [kind]
    assert value(prompt, "number") > 0


@pytest.mark.parametrize("number", ["7", "12", "500", "2,000"])
def test_a_number_for_the_head_is_a_number_only(number: str) -> None:
    prompt = f"It was {number} then"
    assert not any(value(prompt, name) for name in ("decimal", "year", "many_digits"))


def test_a_word_counts_for_its_class_and_for_every_field_it_belongs_to() -> None:
    assert value("probability", "compute") == value("probability", "statistics") > 0
    assert value("voltage", "short") == value("voltage", "physics") == value("voltage", "engineering") > 0


def test_the_length_of_a_text_to_read_does_not_count() -> None:
    announced = "Answer by the following passage. " + "It rained on the town. " * 100
    told = "Decide the case as told here. " + "It rained on the town. " * 100
    assert value(announced, "reading") == 1
    assert value(announced, "characters") < value(told, "characters")


def test_answers_of_the_same_few_words_are_seen() -> None:
    mixed = "Judge both." + CHOICES.format("True, True", "True, False", "False, True", "False, False")
    assert value(mixed, "options_mixed") == 1
    assert value("Name it." + CHOICES.format("an oak", "a beech", "some pine", "the elm tree"), "options_mixed") == 0


def test_decimals_are_seen_where_they_are_to_be_chosen_from_but_not_in_findings_about_a_person() -> None:
    sums = "What is 2.5 times 3.1?" + CHOICES.format("7.75", "7.5", "5.6", "8")
    finding = "A 54-year-old man has 38.4 °C. What is it?" + CHOICES.format("flu", "gout", "mumps", "asthma")
    assert (value(sums, "any_decimal"), value(sums, "options_decimal")) == (1, 0.75)
    assert (value(finding, "any_decimal"), value(finding, "options_decimal")) == (0, 0)
    assert value(finding, "person_described") == 1


@pytest.mark.parametrize(
    ("prompt", "shape"),
    [
        ("Which?" + CHOICES.format(1, 2, 3, 4), "multiple choice"),
        ("Ann has 3 apples and Ben twice as many. Find how many they have.", "question with numbers"),
        ("Say hello to the new colleague.", "other"),
    ],
)
def test_shapes_are_told_apart(prompt: str, shape: str) -> None:
    assert SHAPES[read([prompt]).shape[0]] == shape
