"""include/bundling/<prompt>.json: for which version, model and size bundling was shown to be harmless.

Both runs answered the same graded rows, so rows are compared in pairs: what counts are those that only one of the two
got right. The bound is Tango's score interval for paired proportions (Statistics in Medicine 17, 1998, 891-908),
which holds for few such pairs and for none.
"""

from __future__ import annotations

import math
from pathlib import Path

import orjson
from pydantic import Field, ValidationError

from nightshift.errors import Misconfigured
from nightshift.settings import include_folder
from nightshift.storage.documents import Document, describe

MOST_LOSS = 0.01  # of all rows, that bundling may get wrong on top
CONFIDENCE = 0.95
_QUANTILE = 1.6448536269514722  # of the standard normal distribution at CONFIDENCE


class Shown(Document):
    """One comparison. `cases` rows shared a request; `lost` ones were right alone only, `won` ones in a bundle only."""

    prompt: str  # name@version, to be read
    prompt_digest: str
    form: str  # form_digest of the bundles
    model: str
    rows_per_request: int = Field(ge=2)
    sandbox: str | None  # what answered, where it was the sandbox: counts for nothing else
    cases: int = Field(ge=1)
    lost: int = Field(ge=0)
    won: int = Field(ge=0)
    single_run: str
    bundled_run: str
    single_results: str  # sha256 of the published rows
    bundled_results: str

    @property
    def worst_loss(self) -> float:
        return worst_loss(self.lost, self.won, self.cases)

    @property
    def is_harmless(self) -> bool:
        return self.worst_loss <= MOST_LOSS


class _File(Document):
    shown: tuple[Shown, ...]


def worst_loss(lost: int, won: int, cases: int) -> float:
    """The upper bound of the share of rows that bundling gets wrong on top; negative where it gains."""
    low, high = (lost - won) / cases, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _score(lost, won, cases, middle) > -_QUANTILE else (low, middle)
    return high


def _score(lost: int, won: int, cases: int, loss: float) -> float:
    """How many standard errors the pairs are above a true loss of `loss`."""
    half = lost + won - (2 * cases - lost + won) * loss
    nearest = (math.sqrt(half * half + 8 * cases * won * loss * (1 - loss)) + half) / (4 * cases)
    variance = cases * (2 * nearest + loss * (1 - loss))
    return (lost - won - cases * loss) / math.sqrt(variance) if variance > 0 else 0.0


def cases_needed() -> int:
    """How many pairs it takes where not one of them differs."""
    return math.ceil(_QUANTILE**2 * (1 - MOST_LOSS) / MOST_LOSS)


def read_evidence(prompt_name: str) -> tuple[Shown, ...]:
    """Everything that was shown of a prompt, newest last."""
    path = _path(prompt_name)
    if not path.exists():
        return ()
    try:
        return _File.model_validate_json(path.read_bytes()).shown
    except ValidationError as error:
        raise Misconfigured(f"include/bundling/{path.name}: {describe(error)}") from error


def add_evidence(prompt_name: str, shown: Shown) -> Path:
    """Puts one comparison into the prompt's file, in the place of an earlier one of the same kind."""
    kind = (shown.prompt_digest, shown.model, shown.rows_per_request, shown.sandbox)
    kept = [
        item
        for item in read_evidence(prompt_name)
        if (item.prompt_digest, item.model, item.rows_per_request, item.sandbox) != kind
    ]
    path = _path(prompt_name)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"shown": [item.model_dump() for item in (*kept, shown)]}
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return path


def _path(prompt_name: str) -> Path:
    return include_folder() / "bundling" / f"{prompt_name}.json"
