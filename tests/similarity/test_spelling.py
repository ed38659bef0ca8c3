"""Slips of the pen: mended to known words only, and never into another real word."""

from __future__ import annotations

import pytest

from nightshift.similarity.spelling import Spelling

SPELLING = Spelling(
    {"password", "receive", "prostate", "nitrate", "methyl", "subscription", "trial", "trail", "carton"}
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("pasword", "password"),
        ("passsword", "password"),
        ("passwrod", "password"),
        ("subscripton", "subscription"),
        ("recieve", "receive"),
        ("subscriptiom", "subscription"),
    ],
)
def test_a_usual_mistake_is_understood(written: str, meant: str) -> None:
    assert SPELLING.meant(written) == (meant,)


@pytest.mark.parametrize(
    "written",
    ["prostrate", "nitrite", "ethyl", "trial", "assword", "pass", "caton", "p4ssword", "tomorow\u00e9", "passwords"],
)
def test_another_word_is_not_mended(written: str) -> None:
    assert SPELLING.meant(written) == ()
