"""Lines of prompts to lines of difficulties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from nightshift.cli.json_lines import LONGEST_LINE

if TYPE_CHECKING:
    from nightshift.tiering.difficulty.model import DifficultyModel


class _Line(NamedTuple):
    key: Any
    prompt: str | None = None
    task: str | None = None
    error: str = ""


def scored(model: DifficultyModel, lines: list[tuple[int, bytes | None]]) -> list[dict[str, Any]]:
    """One answer per line, in order."""
    read = [_read(number, line) for number, line in lines if line is None or line.strip()]
    good = [line for line in read if line.prompt is not None]
    scores = iter(model.scores([line.prompt or "" for line in good], [line.task for line in good]).tolist())
    return [
        {"id": line.key, "difficulty": None, "error": line.error}
        if line.prompt is None
        else {"id": line.key, "difficulty": round(next(scores), 6)}
        for line in read
    ]


def _read(number: int, line: bytes | None) -> _Line:
    if line is None:
        return _Line(None, error=f"line {number} is longer than {LONGEST_LINE:,} bytes; way out: shorten the prompt")
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return _Line(None, error=f"line {number} is not JSON: {error.msg} at character {error.colno}")
    if not isinstance(content, dict):
        return _Line(None, error=f'line {number} is not an object; expected {{"id": ..., "prompt": "..."}}')
    prompt, key = content.get("prompt"), content.get("id")
    if not isinstance(prompt, str):
        kind = "missing" if "prompt" not in content else type(prompt).__name__
        return _Line(key, error=f"line {number}: prompt: {kind}; expected a string")
    return _Line(key, prompt, _task(content))


def _task(content: dict[str, Any]) -> str | None:
    name, version = content.get("prompt_name"), content.get("prompt_version")
    found = (f"{name}@{version}" if version else name) if name else content.get("task") or content.get("benchmark")
    return found if isinstance(found, str) else None
