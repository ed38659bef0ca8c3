"""A little of `make fuzz`, and that the fuzzing would tell."""

from __future__ import annotations

from benchmarks.guardrails.fuzz import fuzz
from benchmarks.guardrails.fuzz_targets import TARGETS


def test_some_rounds_of_fuzzing_find_nothing() -> None:
    fuzzed = fuzz([1, 2])
    assert fuzzed.findings == []
    assert set(fuzzed.tried) == set(TARGETS)


def test_a_check_that_raises_is_found_and_shown_with_a_small_text() -> None:
    def broken(text: str) -> None:
        if "@" in text:
            raise ValueError("cannot stand this")

    fuzzed = fuzz([1], targets={"broken": broken})
    (finding,) = fuzzed.findings
    assert finding.startswith("broken (seed 1): ValueError: cannot stand this; text: '")
    assert len(finding) < 200
    assert "@" in finding
