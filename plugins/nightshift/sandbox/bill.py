"""The server's own count of what it served and what that costs: the figures a client's ledger is compared with."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from nightshift.sandbox.prices import Mode, unit_prices, usd
from nightshift.sandbox.store import Charge, Store
from nightshift.sandbox.wire import ApiError, JsonObject, Usage

SECONDS_PER_DAY = 86_400
MOST_BUCKETS = 180  # platform.openai.com/docs/api-reference/usage/costs
DEFAULT_BUCKETS = 7

_SUMS = """
    COALESCE(SUM(requests), 0) AS requests, COALESCE(SUM({unique}), 0) AS unique_requests,
    COALESCE(SUM(row_errors), 0) AS row_errors, COALESCE(SUM(input_tokens), 0) AS input_tokens,
    COALESCE(SUM(cached_tokens), 0) AS cached_input_tokens, COALESCE(SUM(output_tokens), 0) AS output_tokens,
    COALESCE(SUM(input_cost + cached_cost + output_cost), 0) AS cost
"""


def today() -> int:
    """Days since 1970, UTC: the granularity of the costs endpoint."""
    return int(time.time()) // SECONDS_PER_DAY


def add_usage(charge: Charge, usage: Usage) -> None:
    """Adds one answered request."""
    cost = unit_prices(charge.model, Mode(charge.mode)).cost(usage)
    charge.requests += 1
    charge.input_tokens += usage.input
    charge.cached_tokens += usage.cached
    charge.output_tokens += usage.output
    charge.input_cost += cost.input
    charge.cached_cost += cost.cached
    charge.output_cost += cost.output


def add_row_error(charge: Charge) -> None:
    """Adds one request that was executed and answered with an error: accepted, and free."""
    charge.requests += 1
    charge.row_errors += 1


def summary(store: Store) -> JsonObject:
    """The whole bill; `cost_usd` is exact decimal text."""
    everything = _counts(store.rows(f"SELECT {_SUMS.format(unique='first_seen')} FROM charges")[0])
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


def costs(store: Store, query: dict[str, str], group_by: Iterable[str], factor: float) -> JsonObject | ApiError:
    """GET /v1/organization/costs: one bucket per UTC day."""
    asked = _period(query)
    if isinstance(asked, ApiError):
        return asked
    first, last, limit = asked
    shown = range(first, min(last, first + limit))
    more = shown.stop < last
    return {
        "object": "page",
        "data": [_bucket(store, day, "line_item" in group_by, factor) for day in shown],
        "has_more": more,
        "next_page": f"page_{shown.stop}" if more else None,
    }


def _period(query: dict[str, str]) -> tuple[int, int, int] | ApiError:
    try:
        first = int(query["start_time"]) // SECONDS_PER_DAY
        end = int(query.get("end_time") or (today() + 1) * SECONDS_PER_DAY)
        limit = int(query.get("limit") or DEFAULT_BUCKETS)
        if "page" in query:
            first = int(query["page"].removeprefix("page_"))
    except (KeyError, ValueError):
        return ApiError(
            400, "'start_time' is required; times, 'limit' and 'page' must be whole numbers.", param="start_time"
        )
    if query.get("bucket_width", "1d") != "1d":
        return ApiError(400, "Only a 'bucket_width' of '1d' is supported.", param="bucket_width")
    if not 1 <= limit <= MOST_BUCKETS:
        return ApiError(400, f"'limit' must be between 1 and {MOST_BUCKETS}.", param="limit")
    return first, -(-end // SECONDS_PER_DAY), limit


def _bucket(store: Store, day: int, by_line_item: bool, factor: float) -> JsonObject:
    items = _line_items(store, day)
    if not by_line_item and items:
        items = {None: (None, sum(cost for _, cost in items.values()))}
    results = [_result(name, tokens, cost, factor) for name, (tokens, cost) in items.items()]
    start = day * SECONDS_PER_DAY
    return {"object": "bucket", "start_time": start, "end_time": start + SECONDS_PER_DAY, "results": results}


def _line_items(store: Store, day: int) -> dict[str | None, tuple[int | None, int]]:
    sql = """
        SELECT model, mode, SUM(input_tokens - cached_tokens) AS input, SUM(input_cost) AS input_cost,
               SUM(cached_tokens) AS cached, SUM(cached_cost) AS cached_cost,
               SUM(output_tokens) AS output, SUM(output_cost) AS output_cost
        FROM charges WHERE day = ? GROUP BY model, mode
    """
    items: dict[str | None, tuple[int | None, int]] = {}
    for row in store.rows(sql, (day,)):
        title = f"{row['model']} batch" if row["mode"] == Mode.BATCH else row["model"]
        for column, label in (("input", "input"), ("cached", "cached input"), ("output", "output")):
            if row[column]:
                items[f"{title}, {label}"] = (row[column], row[f"{column}_cost"])
    return items


def _result(name: str | None, tokens: int | None, cost: int, factor: float) -> JsonObject:
    return {
        "object": "organization.costs.result",
        "amount": {"value": float(usd(cost)) * factor, "currency": "usd"},
        "line_item": name,
        "project_id": None,
        "quantity": tokens,
        "quantity_unit": None if tokens is None else "tokens",
    }
