"""Great Expectations on input and output. Slices are measured one by one; the gate decides on their sum.

The suites are include/expectations/*.yaml. Importing Great Expectations takes seconds: only the tasks that gate do it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from nightshift.errors import QualityGateFailed
from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load

if TYPE_CHECKING:
    import pandas as pd

Suite = Literal["input", "output"]


class Expectation(Document):
    """One expectation by its Great Expectations name. `mostly` is decided over the whole run, not per slice."""

    name: str
    column: str
    mostly: float = Field(default=1.0, ge=0, le=1)
    arguments: dict[str, Any] = Field(default_factory=dict)
    reason: str  # why somebody would want to know; shown when the gate closes


class SuiteFile(Document):
    """include/expectations/<suite>.yaml."""

    expectations: tuple[Expectation, ...] = Field(min_length=1)


class Measured(Document):
    """What one expectation found in one slice: how many values it looked at and how many it did not expect."""

    name: str
    column: str
    elements: int
    unexpected: int


class Gate:
    """One suite, ready to measure data frames."""

    def __init__(self, suite: Suite) -> None:
        logging.getLogger("great_expectations").setLevel(logging.WARNING)  # before the import, which is chatty
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig
        from great_expectations.expectations.registry import get_expectation_impl

        self._expectations = load(include_folder() / "expectations" / f"{suite}.yaml", SuiteFile).expectations
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        source = context.data_sources.add_pandas(name=suite)
        self._batch = source.add_dataframe_asset(name=suite).add_batch_definition_whole_dataframe("whole")
        built = [_implementation(get_expectation_impl, item) for item in self._expectations]
        gx_suite = context.suites.add(gx.ExpectationSuite(name=suite, expectations=built))
        self._definition = context.validation_definitions.add(
            gx.ValidationDefinition(name=suite, data=self._batch, suite=gx_suite)
        )

    def measure(self, frame: pd.DataFrame) -> list[Measured]:
        """Counts per expectation, in the suite's order."""
        validated = self._definition.run(batch_parameters={"dataframe": frame}, result_format="BASIC")
        return [
            Measured(
                name=item.name,
                column=item.column,
                elements=int(found.result.get("element_count", 0)),
                unexpected=int(found.result.get("unexpected_count", 0)),
            )
            for item, found in zip(self._expectations, validated.results, strict=True)
        ]


def _implementation(find: Any, item: Expectation) -> Any:
    # mostly=0: a slice never fails by itself; its counts are summed.
    return find(item.name)(column=item.column, mostly=0.0, **item.arguments)


def decide(suite: Suite, measured: Iterable[list[Measured]]) -> list[dict[str, Any]]:
    """Sums what the slices measured and compares it with `mostly`. Raises QualityGateFailed at the first that fails."""
    totals: dict[int, tuple[int, int]] = {}
    for counts in measured:
        for place, item in enumerate(counts):
            elements, unexpected = totals.get(place, (0, 0))
            totals[place] = (elements + item.elements, unexpected + item.unexpected)
    expectations = load(include_folder() / "expectations" / f"{suite}.yaml", SuiteFile).expectations
    return [_judge(suite, item, *totals.get(place, (0, 0))) for place, item in enumerate(expectations)]


def _judge(suite: Suite, item: Expectation, elements: int, unexpected: int) -> dict[str, Any]:
    share = 1 - unexpected / elements if elements else 1.0
    if share < item.mostly:
        raise QualityGateFailed(
            f"{item.name} holds for {share:.1%} of {elements} rows: {item.reason}",
            field="input" if suite == "input" else "output",
            value=f"{unexpected} of {elements} rows unexpected in column {item.column}",
            limit=f"mostly {item.mostly:g} (include/expectations/{suite}.yaml)",
            way_out="mend the rows, or change the expectation if it is wrong for this data",
        )
    return {
        "assertion": item.name,
        "column": item.column,
        "success": True,
        "elements": elements,
        "unexpected": unexpected,
    }
