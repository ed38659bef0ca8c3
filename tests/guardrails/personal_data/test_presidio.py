"""Presidio behind the port: with a blank spaCy pipeline where both are installed, and what is said where not."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from nightshift.errors import Misconfigured
from nightshift.guardrails.personal_data.presidio import Presidio
from nightshift.guardrails.subjects import Batch, Subject

INSTALLED = find_spec("presidio_analyzer") is not None


@pytest.mark.skipif(INSTALLED, reason="presidio-analyzer is installed")
def test_it_says_what_to_install() -> None:
    with pytest.raises(Misconfigured, match="presidio-analyzer"):
        Presidio().detect_text("anna@example.com")


@pytest.mark.skipif(not INSTALLED, reason="presidio-analyzer is not installed (optional)")
def test_a_missing_model_is_named_and_not_downloaded() -> None:
    with pytest.raises(Misconfigured, match="no_such_model"):
        Presidio(model="no_such_model").detect_text("anna@example.com")


@pytest.mark.skipif(not INSTALLED, reason="presidio-analyzer is not installed (optional)")
def test_it_finds_what_the_own_detector_finds(tmp_path: Path) -> None:
    import spacy

    spacy.blank("en").to_disk(tmp_path / "blank")
    detector = Presidio(frozenset({"EMAIL_ADDRESS", "CREDIT_CARD"}), model=str(tmp_path / "blank"))
    text = "mail anna@example.com, card 4111111111111111"
    ((first, second),) = detector.detect(Batch([Subject(text)]))
    assert (first.entity, text[first.start : first.end]) == ("EMAIL_ADDRESS", "anna@example.com")
    assert (second.entity, text[second.start : second.end]) == ("CREDIT_CARD", "4111111111111111")
