"""Found spans against marked spans: per entity, overlapping and exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.guardrails.data import Marked, Span


@dataclass(frozen=True)
class Counts:
    """`hits` are marked spans that a found one of the same entity overlaps; `right` found ones that overlap a mark."""

    marked: int
    found: int
    hits: int
    exact: int
    right: int

    @property
    def recall(self) -> float:
        return self.hits / max(self.marked, 1)

    @property
    def exact_recall(self) -> float:
        return self.exact / max(self.marked, 1)

    @property
    def precision(self) -> float:
        return self.right / max(self.found, 1)

    @property
    def exact_precision(self) -> float:
        return self.exact / max(self.found, 1)

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)

    @property
    def exact_f1(self) -> float:
        return 2 * self.exact_precision * self.exact_recall / max(self.exact_precision + self.exact_recall, 1e-9)


def count(texts: Sequence[Marked], found: Sequence[Sequence[Span]], entities: Iterable[str]) -> Counts:
    """Over all texts, of these entities."""
    total: Counter[str] = Counter()
    wanted = frozenset(entities)
    for text, spans in zip(texts, found, strict=True):
        marked = [span for span in text.spans if span[0] in wanted]
        mine = list(dict.fromkeys(span for span in spans if span[0] in wanted))
        total["marked"] += len(marked)
        total["found"] += len(mine)
        total["hits"] += sum(any(_overlap(mark, span) for span in mine) for mark in marked)
        total["exact"] += sum(mark in mine for mark in marked)
        total["right"] += sum(any(_overlap(mark, span) for mark in marked) for span in mine)
    return Counts(total["marked"], total["found"], total["hits"], total["exact"], total["right"])


def clean_flagged(texts: Sequence[Marked], found: Sequence[Sequence[Span]]) -> float:
    """The share of texts without a mark in which anything was found, whatever its entity."""
    clean = [bool(spans) for text, spans in zip(texts, found, strict=True) if not text.spans]
    return sum(clean) / max(len(clean), 1)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
