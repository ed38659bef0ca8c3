"""Picodollars (whole numbers, exact) to and from dollars (Decimal)."""

from __future__ import annotations

from decimal import Decimal

PICODOLLARS = 10**12


def to_picodollars(dollars: Decimal) -> int:
    """Whole picodollars, rounded up: a limit or an estimate must never look smaller than it is."""
    return int(-((-dollars * PICODOLLARS) // 1))


def to_dollars(picodollars: int) -> Decimal:
    return (Decimal(picodollars) / PICODOLLARS).quantize(Decimal("1e-12"))


def shown(picodollars: int) -> str:
    """For people: dollars, to the cent where that says enough, else to four significant digits."""
    dollars = to_dollars(picodollars)
    return f"${dollars:,.2f}" if dollars == 0 or abs(dollars) >= 1 else f"${dollars:.4g}"
