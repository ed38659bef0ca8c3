"""GET /v1/organization/costs: what was billed, one bucket per UTC day."""

from __future__ import annotations

from collections.abc import Iterable

from nightshift.sandbox.bill import SECONDS_PER_DAY, today
from nightshift.sandbox.openai_wire.wire import ApiError
from nightshift.sandbox.prices import Mode, usd
from nightshift.sandbox.store import Store
from nightshift.sandbox.usage import JsonObject

MOST_BUCKETS = 180  # platform.openai.com/docs/api-reference/usage/costs
DEFAULT_BUCKETS = 7


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
