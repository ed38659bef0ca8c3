"""`python -m benchmarks.guardrails.fuzz --seconds 600`: hypothesis against every check. Exit code 1 on findings.

`--rounds 20 --seed 1` instead of `--seconds` tries the same texts each time, on any machine. A finding is printed
with the smallest text that hypothesis could make of it.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, seed, settings

from benchmarks.guardrails.fuzz_targets import TARGETS
from benchmarks.guardrails.fuzz_texts import TEXTS

Target = Callable[[str], None]
_ROUND = 50  # texts between two looks at the clock
_LONGEST_EXAMPLE = 500  # characters that are shown


@dataclass
class Fuzzed:
    """What came of it."""

    tried: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


def fuzz(numbers: Iterable[int], targets: Mapping[str, Target] = TARGETS) -> Fuzzed:
    """Every target in turn, one round for each number. A target that fails is not tried again."""
    fuzzed = Fuzzed()
    failed: set[str] = set()
    for number in numbers:
        for name, target in targets.items():
            if name not in failed and (problem := _round(name, target, number, fuzzed.tried)):
                failed.add(name)
                fuzzed.findings.append(f"{name} (seed {number}): {problem}")
    return fuzzed


def until(seconds: float, start: int) -> Iterator[int]:
    """Numbers from `start` on until the time is up; at least one."""
    deadline = time.monotonic() + seconds
    yield start
    while time.monotonic() < deadline:
        start += 1
        yield start


def _round(name: str, target: Target, number: int, tried: Counter[str]) -> str | None:
    latest = ""

    @seed(number)
    @settings(max_examples=_ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(TEXTS)
    def attempt(text: str) -> None:
        nonlocal latest
        latest = text
        tried[name] += 1
        target(text)

    try:
        attempt()
    except Exception as error:  # whatever a check raises is a finding
        return f"{type(error).__name__}: {error}; text: {ascii(latest)[:_LONGEST_EXAMPLE]}"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rounds", type=int, default=None, help="so many rounds of 50 texts, however long they take")
    parser.add_argument("--seed", type=int, default=None, help="of the first round; by default another each time")
    asked = parser.parse_args()
    start = secrets.randbits(32) if asked.seed is None else asked.seed
    fuzzed = fuzz(until(asked.seconds, start) if asked.rounds is None else range(start, start + asked.rounds))
    for name, count in fuzzed.tried.items():
        print(f"{name:<24}{count:>10,} texts")
    for finding in fuzzed.findings:
        print(f"finding: {finding}")
    print(f"{sum(fuzzed.tried.values()):,} texts tried, {len(fuzzed.findings)} findings")
    sys.exit(bool(fuzzed.findings))


if __name__ == "__main__":
    main()
