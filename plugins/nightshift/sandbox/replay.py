"""Recorded answers: for a request to model M whose prompt contains a recorded question, M's recorded answer."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from nightshift.errors import InvalidInput

LONGEST_PREFIX = 24


@dataclass(frozen=True, slots=True)
class Recording:
    """One question and what each recorded model answered."""

    question: str
    answers: dict[str, str]

    def answer_of(self, model: str) -> str | None:
        """What a model answered. Clouds wrap a model's name in its vendor and version: `vendor.model-v1:0`."""
        if model in self.answers:
            return self.answers[model]
        within = [name for name in self.answers if name in model]
        return self.answers[max(within, key=len)] if within else None


def answers_identity(replay: str | None) -> str:
    """Names what this sandbox answers with, so that nobody's cache mixes a stand-in's answers with recorded ones."""
    if replay is None:
        return "stand-in"
    with Path(replay).open("rb") as file:
        return f"replay {hashlib.file_digest(file, 'sha256').hexdigest()}"


class Recordings:
    """Finds the longest recorded question within a prompt.

    Every question is filed under its first characters; one walk over the prompt then finds all candidates, however many
    questions are recorded.
    """

    def __init__(self, recordings: list[Recording]) -> None:
        self._width = min([LONGEST_PREFIX, *(len(recording.question) for recording in recordings)])
        self._by_prefix: dict[str, list[Recording]] = defaultdict(list)
        for recording in sorted(recordings, key=lambda one: len(one.question), reverse=True):
            self._by_prefix[recording.question[: self._width]].append(recording)
        self.count = len(recordings)

    def find(self, texts: list[str]) -> Recording | None:
        """The longest recorded question that one of the messages contains."""
        best: Recording | None = None
        for text in texts:
            found = self._longest_in(text)
            if found and (best is None or len(found.question) > len(best.question)):
                best = found
        return best

    def _longest_in(self, text: str) -> Recording | None:
        best: Recording | None = None
        width, by_prefix = self._width, self._by_prefix
        for start in range(len(text) - width + 1):
            candidates = by_prefix.get(text[start : start + width])
            if candidates is None:
                continue
            found = next((one for one in candidates if text.startswith(one.question, start)), None)
            if found and (best is None or len(found.question) > len(best.question)):
                best = found
        return best


def load(path: Path) -> Recordings:
    """Reads JSON lines of {"question" or "prompt", "answers": {model: {"text": ...}}}."""
    if not path.is_file():
        raise InvalidInput("the file does not exist", field="replay", value=str(path), way_out="name a JSON lines file")
    with path.open("rb") as lines:
        recordings = [_recording(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    if not recordings:
        raise InvalidInput(
            "the file holds no recorded question", field="replay", value=str(path), way_out="record some"
        )
    return Recordings(recordings)


def _recording(line: bytes, number: int) -> Recording:
    try:
        row = orjson.loads(line)
        question = _question(row)
        answers = {model: str(answer["text"]) for model, answer in row["answers"].items()}
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(
            "not a recorded answer",
            field=f"replay, line {number}",
            limit='{"question": "...", "answers": {"<model>": {"text": "..."}}}',
            way_out="mend or remove the line",
        ) from error
    return Recording(question, answers)


def _question(row: dict[str, Any]) -> str:
    question = str(row["question"] if "question" in row else row["prompt"]).strip()
    if not question:
        raise KeyError("question")
    return question
