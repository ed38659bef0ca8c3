"""One answer to a bundle -> an answer and a share of the cost for every row.

Whatever is not exactly as it was asked for is a doubt, and a row in doubt is asked alone. The shares of a bundle add
up to what it is billed, to the token.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from nightshift.batch.bundling.form import ANSWER, ANSWERS, ITEM
from nightshift.batch.bundling.membership import Member, Requests
from nightshift.providers.port import RowResult

_SHARED = (
    "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "input_characters", "output_characters",
)  # fmt: skip


class Part(NamedTuple):
    """What one result says of one row. `doubt` says why the row of a bundle has to be asked alone."""

    result: RowResult
    in_bundle: bool = False
    doubt: str | None = None


def parts(result: RowResult, requests: Requests, *, as_json: bool) -> Iterator[Part]:
    """One part per row that the request stands for. `as_json`: answers are JSON values, of whatever type."""
    if not requests.bundles:
        yield Part(result)
        return
    members = requests.bundles[int(result.custom_id)]
    answers, doubt = _answers(result, members, as_json)
    for place, member in enumerate(members):
        share = _share(result, place, len(members))
        row = share._replace(custom_id=str(member.row_number), answer=answers.get(member.item), error=None)
        yield Part(row, True, doubt)


class _Doubt(Exception):
    """Why an answer cannot be taken apart."""


def _answers(result: RowResult, members: Sequence[Member], as_json: bool) -> tuple[dict[str, str], str | None]:
    """Item -> answer, or nothing and the doubt."""
    try:
        if result.error is not None:
            raise _Doubt(f"provider error {result.error}")
        if result.finish_reason != "stop":
            raise _Doubt(f"the bundle's answer ended with {result.finish_reason}")
        entries = _entries(result.answer or "", [member.item for member in members])
        return {entry[ITEM]: _text(entry[ANSWER], as_json) for entry in entries}, None
    except _Doubt as doubt:
        return {}, str(doubt)


def _entries(text: str, items: Sequence[str]) -> list[dict[str, Any]]:
    found = _parsed(text)
    if not isinstance(found, dict) or found.keys() != {ANSWERS} or not isinstance(found[ANSWERS], list):
        raise _Doubt("the bundle's answer is not the object that was asked for")
    entries: list[Any] = found[ANSWERS]
    if any(not isinstance(entry, dict) or entry.keys() != {ITEM, ANSWER} for entry in entries):
        raise _Doubt("an entry of the bundle's answer is not an item with its answer")
    # In order as well: a model that answers out of turn may have mixed up what it answers.
    if [entry[ITEM] for entry in entries] != list(items):
        raise _Doubt("the answered items are not the items that were asked")
    return entries


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _Doubt("the bundle's answer is not JSON") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _text(answer: Any, as_json: bool) -> str:
    return answer if isinstance(answer, str) and not as_json else json.dumps(answer, ensure_ascii=False)


def _share(result: RowResult, place: int, count: int) -> RowResult:
    """Equal parts in whole numbers; what is left over goes to the first rows, one each."""
    amounts = (divmod(getattr(result, name), count) for name in _SHARED)
    values = {name: part + (place < left) for name, (part, left) in zip(_SHARED, amounts, strict=True)}
    return result._replace(**values)
