"""The tables: what every step costs, how the memory grows, and how many times faster than the peers that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Measured = dict[str, Any]
CLOCKS = ("cpu", "wall")
Choose = Callable[[Measured], tuple[str, ...]]

# Waiting is the provider's time and start-up is paid once per process: neither is part of a rate.
_NOT_OURS = ("start-up", "wait")
# What each side does up to the moment the provider has the batch, and from the moment the provider is done.
_BEFORE = {
    "nightshift": ("admit", "prepare", "pack", "submit"),
    "llm_batch": ("build", "submit"),
    "litellm": ("build", "submit"),
}
_AFTER = {
    "nightshift": ("collect", "escalate", "publish", "settle"),
    "llm_batch": ("land",),
    "litellm": ("collect", "cost"),
}


def tables(measured: list[Measured]) -> str:
    """Everything that is printed at the end."""
    return "\n\n".join(part for part in (_steps(measured), _memory(measured), _rates(measured)) if part)


def ratios(measured: list[Measured]) -> dict[str, float]:
    """Our rows per CPU-second over the faster peer's, each side at its best size. Empty without peers."""
    sides = {item["subject"] for item in measured}
    if not {"nightshift"} < sides:
        return {}
    return {
        phase: _best(measured, "nightshift", steps)
        / max(_best(measured, side, steps) for side in sides - {"nightshift"})
        for phase, steps in _PHASES.items()
    }


def memory_growth(measured: list[Measured]) -> float | None:
    """Our peak memory at the largest size over that at the smallest."""
    ours = sorted((item for item in measured if item["subject"] == "nightshift"), key=lambda item: int(item["rows"]))
    return ours[-1]["peak_mb"] / ours[0]["peak_mb"] if len(ours) > 1 else None


def _before(item: Measured) -> tuple[str, ...]:
    return _BEFORE[item["subject"]]


def _after(item: Measured) -> tuple[str, ...]:
    return _AFTER[item["subject"]]


def _whole(item: Measured) -> tuple[str, ...]:
    return tuple(name for name in item["steps"] if name not in _NOT_OURS)


_PHASES: dict[str, Choose] = {
    "before the provider": _before,
    "after the provider": _after,
    "whole client side": _whole,
}


def _rate(item: Measured, steps: tuple[str, ...], clock: str = "cpu") -> float:
    """Rows per second of CPU or wall clock over these steps."""
    return float(item["rows"] / sum(item["steps"][name][clock] for name in steps))


def _best(measured: list[Measured], subject: str, steps: Choose, clock: str = "cpu") -> float:
    return max(_rate(item, steps(item), clock) for item in measured if item["subject"] == subject)


def _steps(measured: list[Measured]) -> str:
    lines = [f"{'step':<24}{'rows':>10}{'wall s':>10}{'CPU s':>10}{'rows per CPU-s':>16}{'peak MB':>10}"]
    for item in measured:
        for name, step in item["steps"].items():
            rate = "" if name in _NOT_OURS else f"{item['rows'] / max(step['cpu'], 0.001):,.0f}"
            lines.append(
                f"{item['subject'] + ' ' + name:<24}{item['rows']:>10,}{step['wall']:>10.2f}{step['cpu']:>10.2f}"
                f"{rate:>16}{step['peak_mb']:>10.0f}"
            )
    return "\n".join(lines)


def _memory(measured: list[Measured]) -> str:
    lines = [f"{'peak memory, MB':<24}{'rows':>10}{'client':>10}{'sandbox':>10}{'driver':>10}{'answered':>12}"]
    for item in measured:
        lines.append(
            f"{item['subject']:<24}{item['rows']:>10,}{item['peak_mb']:>10.0f}{item['sandbox_peak_mb']:>10.0f}"
            f"{item['driver_peak_mb']:>10.0f}{item['answered']:>12,}"
        )
    if growth := memory_growth(measured):
        lines.append(f"nightshift's peak at its largest size is {growth:.2f} times that at its smallest")
    return "\n".join(lines)


def _rates(measured: list[Measured]) -> str:
    sides = list(dict.fromkeys(item["subject"] for item in measured))
    lines = [f"{'rows per second, best size':<30}" + "".join(f"{side:>24}" for side in sides)]
    lines.append(f"{'':<30}" + f"{'CPU':>12}{'wall':>12}" * len(sides))
    for phase, steps in _PHASES.items():
        figures = (f"{_best(measured, side, steps, clock):>12,.0f}" for side in sides for clock in CLOCKS)
        lines.append(f"{phase:<30}" + "".join(figures))
    for title, names in (("prepare, pack", ("prepare", "pack")), ("collect, publish", ("collect", "publish"))):
        rates = (
            max(_rate(item, names, clock) for item in measured if item["subject"] == "nightshift") for clock in CLOCKS
        )
        lines.append(f"{title:<30}" + "".join(f"{rate:>12,.0f}" for rate in rates))
    for phase, ratio in ratios(measured).items():
        lines.append(f"{phase}: nightshift does {ratio:.2f} times the rows per CPU-second of the faster peer")
    return "\n".join(lines)
