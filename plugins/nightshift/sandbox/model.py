"""What answers: recorded answers if there are any, else stand-ins. Knows nothing of any provider's wire format."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import chain
from typing import Any

import orjson

from nightshift.sandbox import answers, bundled, tokens
from nightshift.sandbox.replay import Recordings
from nightshift.sandbox.usage import Usage


class NoRecordedAnswer(LookupError):
    """A replay has no answer of this model to this prompt."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One answer. `is_cut` says that it ended at the limit that the request set."""

    text: str
    usage: Usage
    is_cut: bool


class StandInModel:
    """The same messages get the same answer, whichever API they come through."""

    def __init__(self, recordings: Recordings | None = None) -> None:
        self._recordings = recordings

    def speak(
        self, model: str, messages: list[tuple[str, str]], wanted: Any = None, limit: int | None = None
    ) -> Spoken:
        """Answers (role, text) messages in the format `wanted` (OpenAI's response_format), in at most `limit` tokens.

        Raises NoRecordedAnswer, or LookupError/TypeError for a schema that makes no sense.
        """
        texts = [text for _, text in messages]
        items = bundled.items_of(messages, wanted)
        text = (
            bundled.answer_each(messages, wanted, items, partial(self._answer, model))
            if items
            else self._answer(model, messages, wanted)
        )
        used, is_cut = tokens.of_text(text), False
        # A recorded answer is never cut: our token count is an estimate, and the recording is what the model said.
        if limit is not None and used > limit and self._recordings is None:
            text, used, is_cut = tokens.cut(text, limit), limit, True
        usage = Usage(
            tokens.of_messages(texts),
            used,
            input_characters=sum(len(one) for one in texts),
            output_characters=len(text),
        )
        return Spoken(text, usage, is_cut)

    def vectors(self, texts: list[str], size: int) -> list[array[float]]:
        """Unit vectors, equal for equal texts. Raises NoRecordedAnswer in a replay."""
        if self._recordings is not None:
            raise NoRecordedAnswer("no recorded question is in the prompt")
        return [_vector(text, size) for text in texts]

    def _answer(self, model: str, messages: list[tuple[str, str]], wanted: Any) -> str:
        if self._recordings is None:
            content = orjson.dumps([{"content": text, "role": role} for role, text in messages])
            return answers.stand_in(model, blake2b(content, digest_size=16).digest(), wanted)
        recording = self._recordings.find([text for _, text in messages])
        if recording is None:
            raise NoRecordedAnswer("no recorded question is in the prompt")
        answer = recording.answer_of(model)
        if answer is None:
            raise NoRecordedAnswer(f"no answer of {model} is recorded for this question")
        return answer


def _vector(text: str, size: int) -> array[float]:
    blocks = (blake2b(f"{block}\0{text}".encode()).digest() for block in range(size // 64 + 1))
    raw = [byte - 127.5 for byte in chain.from_iterable(blocks)][:size]
    length = math.sqrt(sum(value * value for value in raw))
    return array("f", (value / length for value in raw))
