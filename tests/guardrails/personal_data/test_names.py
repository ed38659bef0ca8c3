"""Best effort: names that grammar gives away."""

from __future__ import annotations

import pytest

from nightshift.guardrails.personal_data.names import Names

DETECTOR = Names()


def hits(text: str, entity: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in DETECTOR.detect_text(text) if hit.entity == entity]


@pytest.mark.parametrize(
    ("text", "entity", "expected"),
    [
        ("Please ask Dr. Maria van der Berg today.", "PERSON", "Maria van der Berg"),
        ("my name is José O'Neill.", "PERSON", "José O'Neill"),
        ("Customer name: Anna Muster", "PERSON", "Anna Muster"),
        ("Kind regards,\nAnna Muster\n", "PERSON", "Anna Muster"),
        ("Je m'appelle Chloé Dupont.", "PERSON", "Chloé Dupont"),
        ("She lives at 12 Baker Street, London.", "LOCATION", "12 Baker Street"),
        ("Ich wohne in der Hauptstraße 12a.", "LOCATION", "Hauptstraße 12a"),
        ("au 5 rue de la Paix, merci", "LOCATION", "5 rue de la Paix"),
        ("Write to P.O. Box 1234.", "LOCATION", "P.O. Box 1234"),
        ("She works for Muster Werke GmbH now.", "ORGANIZATION", "Muster Werke GmbH"),
        ("on March 3, 2024 we met", "DATE_TIME", "March 3, 2024"),
        ("at 2024-03-03T10:00:00Z exactly", "DATE_TIME", "2024-03-03T10:00:00Z"),
    ],
)
def test_a_name_is_found_where_grammar_gives_it_away(text: str, entity: str, expected: str) -> None:
    assert hits(text, entity) == [expected]


@pytest.mark.parametrize("text", ["Dear Customer, hello", "the street was long", "it may rain", "3 of 12 apples"])
def test_prose_has_no_names(text: str) -> None:
    assert DETECTOR.detect_text(text) == []


def test_only_the_chosen_entities_are_found() -> None:
    found = Names(frozenset({"PERSON"})).detect_text("Dr. Anna Muster, 12 Baker Street")
    assert [hit.entity for hit in found] == ["PERSON"]
