"""Wall time, CPU time and peak memory of a step. Only the standard library: it also runs in the peers' environments."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_STATUS, _FORGET_PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass
class Step:
    """Seconds of wall clock and of CPU (all threads, user and system), and the process's peak memory meanwhile."""

    wall: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0


@dataclass
class Meter:
    """The steps of one process in the order of their first use; a step that is used again adds up."""

    steps: dict[str, Step] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        _forget_peak()
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        step = self.steps.setdefault(name, Step())
        step.wall += time.perf_counter() - wall
        step.cpu += time.process_time() - cpu
        step.peak_mb = max(step.peak_mb, peak_mb())

    def write(self, path: Path, **facts: Any) -> None:
        """One JSON object: the steps, the peak over all of them, and whatever else is worth knowing."""
        peak = max(step.peak_mb for step in self.steps.values())
        content = {**facts, "peak_mb": peak, "steps": {name: asdict(step) for name, step in self.steps.items()}}
        path.write_text(json.dumps(content), encoding="utf-8")


def _forget_peak() -> None:
    # Linux: 5 resets the high-water mark. Elsewhere the peak of a step includes the steps before it.
    if os.access(_FORGET_PEAK, os.W_OK):
        _FORGET_PEAK.write_text("5")


def peak_mb() -> float:
    """The most memory that this process has held since it was last told to forget."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)
