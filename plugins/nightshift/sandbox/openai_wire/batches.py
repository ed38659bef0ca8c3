"""Batch objects: creating, listing, cancelling, and what their fields say while they run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from nightshift.sandbox.openai_wire.wire import (
    BATCH_MAX_BYTES,
    METADATA_MAX_KEY,
    METADATA_MAX_PAIRS,
    METADATA_MAX_VALUE,
    ApiError,
    Flavour,
    not_found,
)
from nightshift.sandbox.store import BatchRecord, Store, new_id
from nightshift.sandbox.usage import JsonObject

WINDOW_SECONDS = 24 * 3600
MOST_LISTED = 100
UNFINISHED = ("validating", "in_progress", "finalizing", "cancelling")
_STAMPS = ("in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled")


def create(store: Store, flavour: Flavour, body: JsonObject, seconds: float, skew: float) -> JsonObject | ApiError:
    """A new batch in state `validating`, which takes `seconds` to complete; the server's clock is `skew` ahead."""
    problem = _check(store, flavour, body)
    if problem:
        return problem
    now = int(time.time() + skew)
    wire = {
        "id": new_id("batch_"),
        "object": "batch",
        "endpoint": body["endpoint"],
        "model": None,
        "errors": None,
        "input_file_id": body["input_file_id"],
        "completion_window": body["completion_window"],
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": now,
        "expires_at": now + WINDOW_SECONDS,
        **{f"{state}_at": None for state in _STAMPS},
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": None,
        "metadata": body.get("metadata"),
    }
    output_expires = (body.get("output_expires_after") or {}).get("seconds")
    plan = {"begun": time.time(), "seconds": seconds, "share": 1.0, "ends": "completed"}
    store.add_batch(wire, {**plan, "output_expires_after": output_expires})
    return wire


def enter(wire: JsonObject, state: str, **fields: Any) -> None:
    """Moves a batch object into a state and stamps the time."""
    wire.update(status=state, **{f"{state}_at": int(time.time())}, **fields)


def shown(record: BatchRecord, progress: tuple[int, int] | None) -> JsonObject:
    """The object that a client sees; counts of a running batch are those of the moment."""
    wire = record.wire
    if wire["status"] in ("in_progress", "finalizing", "cancelling"):
        total = wire["request_counts"]["total"]
        completed, failed = progress or (int(total * elapsed_share(record)), 0)
        wire["request_counts"] = {"total": total, "completed": completed, "failed": failed}
    return wire


def elapsed_share(record: BatchRecord) -> float:
    """How much of its pretended duration a running batch has behind it."""
    if record.wire["status"] != "in_progress":
        return float(record.plan["share"]) if record.plan["ends"] == "cancelled" else 0.0
    seconds = record.plan["seconds"]
    return min(1.0, (time.time() - record.plan["begun"]) / seconds) if seconds else 0.0


def listing(store: Store, query: dict[str, str], progress: Mapping[str, tuple[int, int]]) -> JsonObject | ApiError:
    """A page of batches, newest first."""
    limit = page_size(query, 20, MOST_LISTED)
    if isinstance(limit, ApiError):
        return limit
    clause, values = "", list[int]()
    if "after" in query:
        after = store.batch(query["after"])
        if after is None:
            return ApiError(400, f"No batch found with id '{query['after']}'.", param="after")
        clause, values = "WHERE seq < ?", [after.number]
    # One more than asked for shows whether there are more.
    records = store.batches(f"{clause} ORDER BY seq DESC LIMIT ?", [*values, limit + 1])
    return page([shown(record, progress.get(record.wire["id"])) for record in records], limit)


def page_size(query: dict[str, str], usual: int, most: int) -> int | ApiError:
    """The `limit` of a list request."""
    text = query.get("limit", str(usual))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        return ApiError(400, f"Invalid 'limit': expected an integer between 1 and {most}.", param="limit")
    return int(text)


def page(items: list[JsonObject], limit: int) -> JsonObject:
    """A list object of at most `limit` items."""
    data = items[:limit]
    first, last = (data[0]["id"], data[-1]["id"]) if data else (None, None)
    return {"object": "list", "data": data, "first_id": first, "last_id": last, "has_more": len(items) > limit}


def cancel(store: Store, batch_id: str) -> JsonObject | ApiError:
    """Asks for the end of a batch. What was done until now is delivered and billed."""
    refused: list[str] = []

    def change(record: BatchRecord) -> None:
        status = record.wire["status"]
        if status in ("validating", "in_progress"):
            share = elapsed_share(record)
            record.plan.update(share=share, ends="cancelled")
            enter(record.wire, "cancelling")
        elif status != "cancelling":
            refused.append(status)

    record = store.change_batch(batch_id, change)
    if record is None:
        return not_found("batch", batch_id)
    if refused:
        return ApiError(409, f"Cannot cancel a batch with status '{refused[0]}'.")
    return record.wire


def _check(store: Store, flavour: Flavour, body: JsonObject) -> ApiError | None:
    for name in ("input_file_id", "endpoint", "completion_window"):
        if not isinstance(body.get(name), str):
            return ApiError(400, f"Missing required parameter: '{name}'.", "missing_required_parameter", name)
    if body["completion_window"] != "24h":
        return ApiError(
            400, "Invalid 'completion_window': only '24h' is supported.", "invalid_value", "completion_window"
        )
    if body["endpoint"] not in flavour.urls.values():
        message = f"Invalid 'endpoint': the sandbox supports {' and '.join(flavour.urls.values())}."
        return ApiError(400, message, "invalid_value", "endpoint")
    return _check_file(store, body["input_file_id"]) or _check_metadata(body.get("metadata"))


def _check_file(store: Store, file_id: str) -> ApiError | None:
    file = store.file(file_id)
    if file is None:
        return ApiError(400, f"No such File object: {file_id}", "invalid_file_id", "input_file_id")
    if file.purpose != "batch":
        return ApiError(400, "The input file's purpose must be 'batch'.", "invalid_file_purpose", "input_file_id")
    if file.bytes > BATCH_MAX_BYTES:
        return ApiError(
            400, f"The input file is larger than {BATCH_MAX_BYTES} bytes.", "file_too_large", "input_file_id"
        )
    return None


def _check_metadata(metadata: Any) -> ApiError | None:
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or len(metadata) > METADATA_MAX_PAIRS:
        message = f"Invalid 'metadata': expected an object of at most {METADATA_MAX_PAIRS} pairs."
        return ApiError(400, message, "object_above_max_properties", "metadata")
    for key, value in metadata.items():
        if len(key) > METADATA_MAX_KEY or not isinstance(value, str) or len(value) > METADATA_MAX_VALUE:
            message = f"Invalid 'metadata': keys of {METADATA_MAX_KEY}, text values of {METADATA_MAX_VALUE} characters."
            return ApiError(400, message, "string_above_max_length", "metadata")
    return None
