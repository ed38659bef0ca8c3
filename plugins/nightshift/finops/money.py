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


def shown_upwards(picodollars: int) -> str:
    """As `shown`, but never less than it is: who sets a budget to what is shown must have enough."""
    dollars = to_dollars(picodollars)
    digits = Decimal("0.01") if dollars >= 1 else Decimal(1).scaleb(dollars.adjusted() - 3)
    return shown(to_picodollars(dollars.quantize(digits, ROUND_CEILING)))
