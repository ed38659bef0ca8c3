"""The server's own count of what it served and what that costs: the figures a client's ledger is compared with."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from nightshift.sandbox.prices import Mode, unit_prices, usd
from nightshift.sandbox.store import Charge, Store
from nightshift.sandbox.usage import JsonObject, Usage

SECONDS_PER_DAY = 86_400
_COUNTS = (
    "requests", "unique_requests", "row_errors", "input_tokens", "cached_input_tokens", "output_tokens",
    "duplicate_requests", "batches_created", "cost",
)  # fmt: skip

_SUMS = """
    COALESCE(SUM(requests), 0) AS requests, COALESCE(SUM({unique}), 0) AS unique_requests,
    COALESCE(SUM(row_errors), 0) AS row_errors, COALESCE(SUM(input_tokens), 0) AS input_tokens,
    COALESCE(SUM(cached_tokens), 0) AS cached_input_tokens, COALESCE(SUM(output_tokens), 0) AS output_tokens,
    COALESCE(SUM(input_cost + cached_cost + output_cost), 0) AS cost
"""


def today() -> int:
    """Days since 1970, UTC: the granularity of the costs endpoint."""
    return int(time.time()) // SECONDS_PER_DAY


def add_usage(provider: str, charge: Charge, usage: Usage) -> None:
    """Adds one answered request."""
    cost = unit_prices(provider, charge.model, Mode(charge.mode)).cost(usage)
    charge.requests += 1
    charge.input_tokens += usage.input
    charge.cached_tokens += usage.cached
    charge.output_tokens += usage.output
    charge.input_characters += usage.input_characters
    charge.output_characters += usage.output_characters
    charge.input_cost += cost.input
    charge.cached_cost += cost.cached
    charge.output_cost += cost.output


def was_accepted(status: int) -> bool:
    """Whether a request that failed with this HTTP status was taken: one for which there was no room was not."""
    return status != 429 and status < 500


def add_row_error(charge: Charge, status: int) -> None:
    """Adds one request that was answered with an error; free, and counted as a request only if it was accepted."""
    charge.requests += was_accepted(status)
    charge.row_errors += 1


def summary(stores: Mapping[str, Store]) -> JsonObject:
    """The bill of all providers together and of each; `cost_usd` is exact decimal text."""
    bills = {provider: _of_provider(store) for provider, store in stores.items()}
    total = {name: sum(one[name] for one in bills.values()) for name in _COUNTS}
    merged: JsonObject = {"by_model": {}, "by_batch": {}}
    for one in bills.values():
        for part, found in merged.items():
            found.update(one[part])
    return {**total, **merged, "cost_usd": usd(total.pop("cost")), "by_provider": {
        provider: {**{name: one[name] for name in _COUNTS if name != "cost"}, "cost_usd": usd(one["cost"])}
        for provider, one in bills.items()
    }}  # fmt: skip


def _of_provider(store: Store) -> JsonObject:
    everything = dict(store.rows(f"SELECT {_SUMS.format(unique='first_seen')} FROM charges")[0])
    by_model = store.rows(f"SELECT model, {_SUMS.format(unique='first_seen')} FROM charges GROUP BY model")
    by_batch = store.rows(
        f"SELECT batch_id, {_SUMS.format(unique='distinct_here')} FROM charges WHERE batch_id <> '' GROUP BY batch_id"
    )
    batches = {record.wire["id"]: record.wire for record in store.batches()}
    return {
        **everything,
        "duplicate_requests": everything["requests"] - everything["unique_requests"],
        "batches_created": len(batches),
        "by_model": {row["model"]: _counts(row) for row in by_model},
        "by_batch": {row["batch_id"]: {**_counts(row), **_of_batch(batches[row["batch_id"]])} for row in by_batch},
    }


def _of_batch(wire: JsonObject) -> JsonObject:
    return {"model": wire["model"], "status": wire["status"], "metadata": wire["metadata"] or {}}


def _counts(row: Any) -> JsonObject:
    counts = {name: row[name] for name in row.keys() if name not in ("model", "batch_id", "cost")}  # noqa: SIM118  sqlite3.Row iterates over values
    return {**counts, "cost_usd": usd(row["cost"])}
