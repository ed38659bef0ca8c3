"""Whether an answer declines. Told by how it begins; what stands later in an answer may be quoted or advised."""

from __future__ import annotations

from functools import cache
from typing import Any

from nightshift.guardrails.content.refusal_phrases import Language
from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Hit

ENTITY = "REFUSAL"
READ = 400  # characters; a refusal comes first
# One for one, so that places stay.
_TYPEWRITTEN = str.maketrans("\u2018\u2019\u02bc\u2032\u00a0\u202f\u3000", "''''   ")


class Refusals:
    """Hits on the words with which an answer declines."""

    def __init__(self) -> None:
        self._expression = _expression()

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [self._find(text) for text in batch.texts]

    def declines(self, text: str) -> bool:
        return bool(self._find(text))

    def _find(self, text: str) -> list[Hit]:
        match = self._expression.match(text[:READ].translate(_TYPEWRITTEN))
        return [] if match is None else [Hit(ENTITY, match.start(1), match.end(1))]


@cache
def _expression() -> Any:
    import re2

    from nightshift.guardrails.content import refusals_east, refusals_south, refusals_west

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = 64 << 20
    tables = (refusals_west, refusals_south, refusals_east)
    languages = [item for table in tables for item in vars(table).values() if isinstance(item, Language)]
    openings = "|".join(language.openings for language in languages)
    refusals = "|".join(language.refusals for language in languages)
    mark = r"[\s\pP\pS]{0,8}"
    beginning = rf"{mark}(?:\[sandbox\]{mark})?"
    return re2.compile(rf"{beginning}((?:(?:{openings}){mark}){{0,4}}(?:{refusals}))", options)
