"""Picodollars (whole numbers, exact) to and from dollars (Decimal)."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

PICODOLLARS = 10**12


def to_picodollars(dollars: Decimal) -> int:
    """Whole picodollars, rounded up: a limit or an estimate must never look smaller than it is."""
    return int((dollars * PICODOLLARS).to_integral_value(ROUND_CEILING))


def to_dollars(picodollars: int) -> Decimal:
    return (Decimal(picodollars) / PICODOLLARS).quantize(Decimal("1e-12"))


def shown(picodollars: int) -> str:
    """For people: dollars, to the cent where that says enough, else to four significant digits."""
    dollars = to_dollars(picodollars)
    if dollars == dollars.quantize(Decimal("0.01")) or abs(dollars) >= 1:
        return f"${dollars:,.2f}"
    return f"${Decimal(f'{dollars:.4g}').normalize():f}"
