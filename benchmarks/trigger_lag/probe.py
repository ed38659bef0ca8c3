"""The trigger that measures: how late the event loop comes back to it, and what the process does meanwhile."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

TICK_SECONDS = 0.01
# Filled by triggerer.py before the process of the triggers is forked.
looks: dict[str, int] = {}


class LagProbe(BaseTrigger):
    """Sleeps 10 ms again and again and notes the excess; after `seconds` it writes what it has seen to `result`."""

    def __init__(self, *, seconds: float, arrival_seconds: float, result: str) -> None:
        super().__init__()
        self.seconds, self.arrival_seconds, self.result = seconds, arrival_seconds, result

    def serialize(self) -> tuple[str, dict[str, Any]]:
        names = ("seconds", "arrival_seconds", "result")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        arrival = await _watch(self.arrival_seconds)
        waiting = await _watch(self.seconds)
        Path(self.result).write_text(json.dumps({"arrival": arrival, "waiting": waiting}), encoding="utf-8")
        yield TriggerEvent("measured")


async def _watch(seconds: float) -> dict[str, Any]:
    lags: list[float] = []
    before, cpu, begun = sum(looks.values()), time.process_time(), time.perf_counter()
    last = begun
    while last - begun < seconds:
        await asyncio.sleep(TICK_SECONDS)
        now = time.perf_counter()
        lags.append(now - last - TICK_SECONDS)
        last = now
    return {
        "lags": lags,
        "seconds": last - begun,
        "cpu": time.process_time() - cpu,
        "looks": sum(looks.values()) - before,
        "looked_at": sum(count > 0 for count in looks.values()),
        "modules": len(sys.modules),
    }
