"""Answers that a program reads: JSON, one of a list of labels, or what an expression describes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import re2

from nightshift.guardrails.answers.conformity import Conformity
from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Hit

ENTITY = "ANSWER_FORMAT"
# The whole answer in one fence, as models like to put it.
_FENCE, _OPENING = "```", re.compile(r"```[\w+-]{0,20}[ \t]*\n")


class AnswerFormat:
    """Hits on answers that `fits` does not take; `fenced` takes a markdown fence off first."""

    def __init__(self, fits: Callable[[str], bool], fenced: bool = False) -> None:
        self._fits, self._fenced = fits, fenced

    @classmethod
    def json(cls, schema: dict[str, Any] | None, fenced: bool = False) -> AnswerFormat:
        conformity = Conformity(schema)
        return cls(lambda answer: conformity.problem(answer) is None, fenced)

    @classmethod
    def labels(cls, labels: tuple[str, ...], fenced: bool = False) -> AnswerFormat:
        known = frozenset(labels)
        return cls(lambda answer: answer.strip() in known, fenced)

    @classmethod
    def expression(cls, expression: str, fenced: bool = False) -> AnswerFormat:
        options = re2.Options()
        options.log_errors = False
        options.dot_nl = True
        compiled = re2.compile(expression, options)
        return cls(lambda answer: compiled.fullmatch(answer.strip()) is not None, fenced)

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [[] if self._fits(self._body(text)) else [Hit(ENTITY, 0, len(text))] for text in batch.texts]

    def _body(self, text: str) -> str:
        answer = text.strip() if self._fenced else ""
        opening = _OPENING.match(answer)
        if opening is None or not answer.endswith(_FENCE, opening.end()):
            return text
        return answer[opening.end() : -len(_FENCE)].rstrip(" \t").removesuffix("\n")
