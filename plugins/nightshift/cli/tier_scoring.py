"""Lines of prompts to lines of difficulties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from nightshift.cli.json_lines import LONGEST_LINE, written_id
from nightshift.tiering.json_rows import NAMES, check_kind, name_text, task_of

if TYPE_CHECKING:
    from nightshift.tiering.difficulty.model import DifficultyModel


class _Line(NamedTuple):
    key: Any
    prompt: str | None = None
    task: str = ""
    error: str = ""


def scored(model: DifficultyModel, lines: list[tuple[int, bytes | None]]) -> list[dict[str, Any]]:
    """One answer per line, in order. Raises InvalidInput where the first one begins another kind of file."""
    if lines and lines[0][0] == 1:
        check_kind(lines[0][1] or b"", "standard input or SOURCE")
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
    try:
        key = written_id(content.get("id"), line)
    except ValueError as error:
        return _Line(None, error=f"line {number}: id: {error}")
    if problem := _problem(content):
        return _Line(key, error=f"line {number}: {problem}; expected a string")
    return _Line(key, content["prompt"], task_of(content))


def _problem(content: dict[str, Any]) -> str | None:
    if not isinstance(content.get("prompt"), str):
        return f"prompt: {type(content['prompt']).__name__ if 'prompt' in content else 'missing'}"
    named = ((field, name_text(content.get(field))) for field in NAMES)
    return next((f"{field}: {type(name).__name__}" for field, name in named if not isinstance(name, str | None)), None)
