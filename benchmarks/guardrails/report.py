"""The tables, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.guardrails import located_checks, scored_checks
from benchmarks.guardrails.data import Marked
from benchmarks.guardrails.spans import Counts, clean_flagged, count


def scored(sides: Sequence[scored_checks.Side]) -> str:
    """Every side in one line, then ours by source and by bin of the score."""
    lines = _table(
        "| side | ROC-AUC | recall at 1 % FPR | at 5 % FPR | recall | precision | FPR | F1 | ECE | Brier | texts/s |"
    )
    for side in sides:
        ranked, at = side.ranked, side.ranked.at(side.threshold)
        lines.append(
            f"| {side.name} | {ranked.auc():.3f} | {ranked.recall_at(0.01):.3f} | {ranked.recall_at(0.05):.3f} "
            f"| {at.recall:.3f} | {at.precision:.3f} | {at.false_positives:.4f} | {at.f1:.3f} "
            f"| {ranked.calibration_error():.3f} | {ranked.brier():.3f} | {side.texts_per_second:,.0f} |"
        )
    return "\n".join([*lines, "", *_by_source(sides), "", *_reliability(sides[0])])


def _by_source(sides: Sequence[scored_checks.Side]) -> list[str]:
    """The share that each side flags: recall in a source of attacks, false positives in one of benign texts."""
    ranked = sides[0].ranked
    lines = _table("| flagged, by left-out source | | rows | " + " | ".join(side.name for side in sides) + " |")
    for source, label in sorted(set(zip(ranked.families, ranked.labels.tolist(), strict=True))):
        mine = [
            place
            for place, row in enumerate(zip(ranked.families, ranked.labels.tolist(), strict=True))
            if row == (source, label)
        ]
        shares = (float((side.ranked.scores[mine] >= side.threshold).mean()) for side in sides)
        kind = "positive" if label else "looks like an attack" if source in scored_checks.TRAP_SOURCES else "benign"
        lines.append(f"| {source} | {kind} | {len(mine):,} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    return lines


def _reliability(side: scored_checks.Side) -> list[str]:
    lines = _table(f"| {side.name}: score | rows | mean score | share of positives, both labels weighing the same |")
    for item in side.ranked.reliability():
        lines.append(f"| {item.low:.1f} to {item.high:.1f} | {item.rows:,} | {item.score:.3f} | {item.share:.3f} |")
    return lines


def located(texts: Sequence[Marked], sides: Sequence[located_checks.Side]) -> str:
    """Every side in one line per group of entities, then recall with exact spans per entity."""
    lines = _table(
        "| side | entities | recall | exact | precision | exact | F1 | exact | clean texts flagged | texts/s |"
    )
    groups = (("personal data", located_checks.PERSONAL), ("secrets", (located_checks.SECRET,)))
    for name, entities in groups:
        if any(span[0] in entities for text in texts for span in text.spans):
            counted = ((side, count(texts, side.found, entities)) for side in sides)
            lines += [_located_line(name, texts, side, counts) for side, counts in counted if counts.found]
    return "\n".join([*lines, "", *_by_entity(texts, sides)])


def _located_line(name: str, texts: Sequence[Marked], side: located_checks.Side, counts: Counts) -> str:
    return (
        f"| {side.name} | {name} | {counts.recall:.3f} | {counts.exact_recall:.3f} | {counts.precision:.3f} "
        f"| {counts.exact_precision:.3f} | {counts.f1:.3f} | {counts.exact_f1:.3f} "
        f"| {clean_flagged(texts, side.found):.2%} | {side.texts_per_second:,.0f} |"
    )


def _by_entity(texts: Sequence[Marked], sides: Sequence[located_checks.Side]) -> list[str]:
    lines = _table("| exact recall / exact precision | marked | " + " | ".join(side.name for side in sides) + " |")
    for entity in located_checks.ENTITIES:
        counts = [count(texts, side.found, (entity,)) for side in sides]
        if counts[0].marked:
            figures = (f"{item.exact_recall:.3f} / {item.exact_precision:.3f}" if item.found else "" for item in counts)
            lines.append(f"| {entity} | {counts[0].marked:,} | " + " | ".join(figures) + " |")
    return lines


def _table(header: str) -> list[str]:
    return [header, "|" + "---|" * (header.count("|") - 1)]
