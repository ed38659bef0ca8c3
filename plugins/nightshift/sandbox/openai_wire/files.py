"""Stored files over HTTP. Contents go from the socket to disk and back; no file is ever held in memory."""

from __future__ import annotations

import shutil
import time
from typing import IO, Any

from nightshift.sandbox.openai_wire.batches import page, page_size
from nightshift.sandbox.openai_wire.wire import BATCH_MAX_BYTES, FILE_MAX_BYTES, ApiError, not_found
from nightshift.sandbox.store import FileRecord, Store, new_id
from nightshift.sandbox.usage import JsonObject

PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
MOST_LISTED = 10_000
BATCH_KEPT_SECONDS = 30 * 24 * 3600  # platform.openai.com/docs/api-reference/files/create


def create(
    store: Store, content: IO[bytes], size: int, filename: str, purpose: Any, keep_seconds: int | None
) -> JsonObject | ApiError:
    """Stores an upload that lies in a temporary file."""
    if purpose not in PURPOSES:
        return ApiError(400, f"Invalid 'purpose': expected one of {', '.join(PURPOSES)}.", "invalid_value", "purpose")
    most = BATCH_MAX_BYTES if purpose == "batch" else FILE_MAX_BYTES
    if size > most:
        return ApiError(413, f"The file has {size} bytes; the maximum is {most}.", "file_too_large", "file")
    now = int(time.time())
    if keep_seconds is None and purpose == "batch":
        keep_seconds = BATCH_KEPT_SECONDS
    expires = None if keep_seconds is None else now + keep_seconds
    record = FileRecord(new_id("file-"), size, now, filename, purpose, expires)
    with store.path(record.id).open("wb") as target:
        shutil.copyfileobj(content, target, 1024 * 1024)
    store.add_file(record)
    return record.wire()


def retrieve(store: Store, file_id: str) -> JsonObject | ApiError:
    """One file object."""
    record = store.file(file_id)
    return not_found("File", file_id) if record is None else record.wire()


def delete(store: Store, file_id: str) -> JsonObject | ApiError:
    """Removes a file."""
    if not store.delete_file(file_id):
        return not_found("File", file_id)
    return {"id": file_id, "object": "file", "deleted": True}


def listing(store: Store, query: dict[str, str]) -> JsonObject | ApiError:
    """Files, newest first unless `order` says otherwise."""
    limit = page_size(query, MOST_LISTED, MOST_LISTED)
    if isinstance(limit, ApiError):
        return limit
    ascending = query.get("order") == "asc"
    conditions, values = ["TRUE"], list[Any]()
    if "purpose" in query:
        conditions.append("purpose = ?")
        values.append(query["purpose"])
    if "after" in query:
        conditions.append(f"seq {'>' if ascending else '<'} (SELECT seq FROM files WHERE id = ?)")
        values.append(query["after"])
    clause = f"WHERE {' AND '.join(conditions)} ORDER BY seq {'ASC' if ascending else 'DESC'} LIMIT ?"
    return page([record.wire() for record in store.files(clause, [*values, limit + 1])], limit)
