"""One finding per place; what is noted hides nothing."""

from __future__ import annotations

from nightshift.guardrails.personal_data.overlaps import keep_likeliest
from nightshift.guardrails.verdict import Hit

URL = Hit("URL", 10, 40, 1.0)
INSIDE = Hit("EMAIL_ADDRESS", 20, 30, 0.9)


def test_the_likeliest_of_overlapping_hits_stays() -> None:
    hits = [Hit("A", 0, 5, 0.5), Hit("B", 3, 9, 0.9), Hit("C", 9, 12, 0.6), Hit("D", 9, 14, 0.6)]
    assert [hit.entity for hit in keep_likeliest(hits)] == ["B", "D"]


def test_what_is_noted_hides_nothing_inside_of_it() -> None:
    assert keep_likeliest([INSIDE, URL]) == [URL]
    assert keep_likeliest([INSIDE, URL], {"URL"}) == [URL, INSIDE]


def test_what_is_noted_competes_with_its_like() -> None:
    assert keep_likeliest([URL, Hit("URL", 12, 20, 0.6)], {"URL"}) == [URL]


def test_what_is_noted_goes_where_another_covers_or_cuts_it() -> None:
    for other in (Hit("X", 5, 11, 0.5), Hit("X", 39, 45, 0.5), Hit("X", 10, 40, 0.5), Hit("X", 0, 50, 0.5)):
        assert keep_likeliest([URL, other], {"URL"}) == [other]
    for other in (Hit("X", 5, 10, 0.5), Hit("X", 40, 45, 0.5)):
        assert {*keep_likeliest([URL, other], {"URL"})} == {URL, other}
