"""A number from a range, as click's, that has to be a number."""

from __future__ import annotations

import math
from typing import Any

import click


class ShareRange(click.FloatRange):
    """`nan` is neither below nor above anything, and would pass as every other number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = float(super().convert(value, param, ctx))
        if math.isnan(found):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return found
