"""`python -m benchmarks.guardrails.linear_time`: every check on hard strings of doubling length, up to a megabyte.

Linear time doubles with the length. Exit code 1 where four times the text takes more than eight times as long.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from benchmarks.guardrails import adversarial
from nightshift.guardrails.building import build
from nightshift.guardrails.normalisation import view
from nightshift.guardrails.policy import Rule
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.verdict import Detector

LONGEST = 1 << 20
_SIZES = 5
_MOST = 8.0  # times the time for four times the text; 4 is linear, 16 is quadratic
_NOISE = 0.03  # seconds; what is faster is not judged
VIEW = "view"

# Settings of the checks that need some. A check that asks a model is not here: its time is the model's.
CHECKS: dict[str, dict[str, Any]] = {
    "text_length": {"most": 1000},
    "patterns": {"expressions": ["ignore (?:all )?previous instructions", r"you are \w{1,9} now"]},
    "injection": {},
    "harm": {},
    "personal_data": {},
    "names": {},
    "secrets": {},
    "refusal": {},
    "system_prompt_leak": {},
    "canaries": {"canaries": ["CANARY-7f3a"], "pattern": "CANARY-[0-9a-f]{4}"},
    "new_personal_data": {},
    "language": {"allowed": ["en"]},
    "answer_format": {"format": "json", "schema": {"type": "object"}, "fenced": True},
    "groundedness": {},
}


@dataclass(frozen=True)
class Measured:
    """One check on one kind of text."""

    check: str
    text: str
    seconds: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """How much longer each doubling takes; empty where all is too fast to tell."""
        pairs = zip(self.seconds, self.seconds[1:], strict=False)
        return [after / before for before, after in pairs if before > _NOISE]

    @property
    def linear(self) -> bool:
        """Whether the longest text took no more than `_MOST` times what a quarter of it took."""
        quarter, whole = self.seconds[-3], self.seconds[-1]
        return whole < max(_MOST * quarter, _MOST * _NOISE)


def checks() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Every local check, and the reading that they share."""
    yield VIEW, view
    for name, settings in CHECKS.items():
        rule: Rule = TypeAdapter(Rule).validate_python({"check": name, "id": "a", "action": "mask", **settings})
        yield name, _runs(build(rule))


def measure(name: str, run: Callable[[str], object], text: str, longest: int) -> Measured:
    sizes = [longest >> step for step in reversed(range(_SIZES))]
    run(adversarial.text(text, sizes[0]))  # what is compiled at first use
    return Measured(name, text, tuple(_seconds(run, adversarial.text(text, size)) for size in sizes))


def _runs(check: Detector) -> Callable[[str], object]:
    """The answer, its question, system prompt and source are all as long."""
    return lambda text: check.detect(Batch([Subject(text, "assistant", text[::-1], text, (text,))]))


def _seconds(run: Callable[[str], object], text: str) -> float:
    begin = time.process_time()
    run(text)
    return time.process_time() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--longest", type=int, default=LONGEST, help=f"characters, by default {LONGEST:,}")
    parser.add_argument("--check", action="append", help="only this check; may be given several times")
    parser.add_argument("--all", action="store_true", help="a line for every text, not only for the slowest")
    asked = parser.parse_args()
    print(
        f"| check | slowest text of {asked.longest:,} characters | seconds | MB/s | per doubling |\n"
        "|---|---|---|---|---|"
    )
    broken = []
    for name, run in checks():
        if asked.check and name not in asked.check:
            continue
        measured = [measure(name, run, text, asked.longest) for text in adversarial.NAMES]
        slowest = max(measured, key=lambda item: item.seconds[-1])
        for item in measured if asked.all else [slowest]:
            _show(item, asked.longest)
        broken += [item for item in measured if not item.linear]
    for item in broken:
        print(f"not linear: {item.check} on {item.text}: {', '.join(f'{value:.2f}' for value in item.seconds)} s")
    print(f"{len(broken)} findings")
    sys.exit(bool(broken))


def _show(item: Measured, longest: int) -> None:
    ratios = " ".join(f"{ratio:.1f}" for ratio in item.ratios) or "too fast to tell"
    speed = longest / 1e6 / max(item.seconds[-1], 1e-6)
    print(f"| {item.check} | {item.text} | {item.seconds[-1]:.3f} | {speed:,.1f} | {ratios} |", flush=True)


if __name__ == "__main__":
    main()
