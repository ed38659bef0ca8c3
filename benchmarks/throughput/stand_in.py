"""A fresh sandbox for each measurement, so that its peak memory belongs to that one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nightshift.sandbox import control
from nightshift.sandbox.service import Options


@dataclass
class StandIn:
    """Where it serves; its peak memory is known once it has ended."""

    url: str
    peak_mb: float = 0.0


@contextmanager
def stand_in(folder: Path) -> Iterator[StandIn]:
    """A sandbox on a free port with instant batches, for as long as the block lasts."""
    running = control.start(folder, 0, Options())
    served = StandIn(running.url)
    try:
        yield served
        served.peak_mb = control.status(running)["peak_rss_mb"]
    finally:
        control.stop(folder)
