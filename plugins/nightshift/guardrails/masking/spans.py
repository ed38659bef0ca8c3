"""Replaces what was found in a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nightshift.guardrails.verdict import Finding, Replaced

# Entity and original value -> what stands in its place.
Mask = Callable[[str, str], str]


def name_entity(entity: str, _: str) -> str:
    """The mask of texts that nobody will have to restore: the entity's name."""
    return f"[{entity}]"


def mask_text(text: str, findings: Iterable[Finding], mask: Mask) -> tuple[str, tuple[Replaced, ...]]:
    """The text with each finding replaced. Findings that overlap are replaced together, as the longest of them."""
    pieces: list[str] = []
    replaced: list[Replaced] = []
    at = 0
    for entity, start, end in _merged(findings):
        placeholder = mask(entity, text[start:end])
        pieces += [text[at:start], placeholder]
        replaced.append(Replaced(placeholder, entity, text[start:end]))
        at = end
    return "".join([*pieces, text[at:]]), tuple(replaced)


def _merged(findings: Iterable[Finding]) -> list[tuple[str, int, int]]:
    merged: list[tuple[str, int, int]] = []
    longest = 0
    for finding in sorted(findings, key=lambda item: (item.start, -item.end, item.entity)):
        length = finding.end - finding.start
        if not length:
            continue
        if not merged or finding.start >= merged[-1][2]:
            merged.append((finding.entity, finding.start, finding.end))
            longest = length
            continue
        entity, start, end = merged[-1]
        merged[-1] = (finding.entity if length > longest else entity, start, max(end, finding.end))
        longest = max(longest, length)
    return merged
