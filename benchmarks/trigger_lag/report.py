"""Lags as percentiles, and the table."""

from __future__ import annotations

from itertools import groupby
from math import ceil
from typing import Any

_TICK_MS = 10  # of probe.py


def figures(found: dict[str, Any], triggers: int) -> dict[str, float]:
    """Milliseconds of lag, and what the process did meanwhile."""
    lags = [1e3 * lag for lag in found["lags"]]
    felt = _felt(lags)
    return {
        "p50_ms": _percentile(lags, 50),
        "p99_ms": _percentile(lags, 99),
        "max_ms": max(lags),
        "felt_p50_ms": _percentile(felt, 50),
        "felt_p99_ms": _percentile(felt, 99),
        "seconds": found["seconds"],
        "late_share": sum(lags) / 1e3 / found["seconds"],
        "cpu_s": found["cpu"],
        "looks_per_trigger": found["looks"] / triggers,
        "looked_at": found["looked_at"],
        "cpu_ms_per_look": 1e3 * found["cpu"] / max(found["looks"], 1),
    }


def _percentile(lags: list[float], percent: int) -> float:
    # Nearest rank: a blocked loop may leave a single tick.
    return sorted(lags)[ceil(len(lags) * percent / 100) - 1]


def _felt(lags: list[float]) -> list[float]:
    """One tick that is a second late stands for all that would have been due in that second."""
    return [lag - past for lag in lags for past in range(0, max(int(lag), 1), _TICK_MS)]


_COLUMNS = {
    "p50 ms": ("p50_ms", ".1f"), "p99 ms": ("p99_ms", ".1f"), "max ms": ("max_ms", ".0f"),
    "felt p50": ("felt_p50_ms", ".1f"), "felt p99": ("felt_p99_ms", ".0f"), "late": ("late_share", ".0%"),
    "CPU s": ("cpu_s", ".1f"), "looks each": ("looks_per_trigger", ".1f"), "CPU ms/look": ("cpu_ms_per_look", ".1f"),
}  # fmt: skip


def table(measured: list[dict[str, Any]]) -> str:
    """Ours first; after each part by how much the others differ from it."""
    lines: list[str] = []
    for seconds, group in groupby(measured, key=lambda item: item["answer_seconds"]):
        items = list(group)
        for phase in ("arrival", "waiting"):
            lines += ["", f"answers in {seconds:g} s; {phase}: {items[0][phase]['seconds']:.0f} s"]
            lines += [f"{'':<20}" + "".join(f"{column:>12}" for column in _COLUMNS)]
            lines += [_row(item, phase) for item in items] + _ratios(items, phase)
    return "\n".join(lines)


def _row(item: dict[str, Any], phase: str) -> str:
    figures = (f"{item[phase][name]:>12{form}}" for name, form in _COLUMNS.values())
    return f"{item['subject']:<20}" + "".join(figures)


def _ratios(items: list[dict[str, Any]], phase: str) -> list[str]:
    ours, *others = (item for item in items if "bedrock" not in item["subject"])
    return [f"{item['subject']}: {_times(item[phase], ours[phase])}" for item in others]


def _times(theirs: dict[str, float], ours: dict[str, float]) -> str:
    ratios = {column: theirs[name] / ours[name] for column, (name, _) in _COLUMNS.items() if "p99" in column}
    return ", ".join(f"{column} {ratio:.1f} times ours" for column, ratio in ratios.items())
