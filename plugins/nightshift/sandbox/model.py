"""What answers: recorded answers if there are any, else stand-ins. Knows nothing of any provider's wire format."""

from __future__ import annotations

import math
import re
from array import array
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any

import orjson

from nightshift.sandbox import answers, bundled, tokens
from nightshift.sandbox.replay import Recordings
from nightshift.sandbox.usage import Usage

_WORDS = re.compile(r"\w+")
_DIRECTIONS_PER_WORD = 8  # of more than 250: few enough that other words rarely meet, and enough that none is lost


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
        """Unit vectors, near for texts that share words; in a replay too, which records answers and no vectors."""
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
    """The sum of a text's words, each of them a few directions of its own."""
    vector = array("f", bytes(4 * size))
    for word in _WORDS.findall(text.lower()) or [text]:
        for direction, sign in _directions(word):
            vector[direction % size] += sign
    length = math.sqrt(sum(value * value for value in vector)) or 1.0  # words may cancel each other out
    return array("f", (value / length for value in vector))


@lru_cache(maxsize=65_536)
def _directions(word: str) -> list[tuple[int, float]]:
    drawn = array("I", blake2b(word.encode(errors="surrogatepass"), digest_size=4 * _DIRECTIONS_PER_WORD).digest())
    return [(number >> 1, 1.0 if number & 1 else -1.0) for number in drawn]
