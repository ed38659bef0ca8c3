"""Models that checks ask, without a network. They keep the ports' contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nightshift.errors import NightshiftError
from nightshift.guardrails.remote import Judge, Moderating
from nightshift.providers.port import Moderation, Speaker, Target


@dataclass
class ListedModerator:
    """Flags a few words, and fails as often as `errors` say."""

    errors: list[NightshiftError] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)

    async def moderate(self, texts: Sequence[str], target: Target, speaker: Speaker) -> tuple[Moderation, ...]:
        self.asked += texts
        self.speakers.append(speaker)
        if self.errors:
            raise self.errors.pop(0)
        return tuple(
            Moderation("kill" in text, {"violence": 0.9 if "kill" in text else 0.1, "hate/threatening": 0.4})
            for text in texts
        )


@dataclass
class WordJudge:
    """Holds a claim for supported by the share of its words that stand in the sources."""

    errors: list[NightshiftError] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def support(self, claims: Sequence[str], sources: Sequence[str]) -> Sequence[float]:
        self.asked.append(tuple(claims))
        if self.errors:
            raise self.errors.pop(0)
        given = set(" ".join(sources).casefold().split())
        return [_share(claim.casefold().strip(".!").split(), given) for claim in claims]


@dataclass
class Models:
    """A `Remote` of two stand-ins."""

    the_moderator: ListedModerator = field(default_factory=ListedModerator)
    the_judge: WordJudge = field(default_factory=WordJudge)

    def moderator(self, model: str) -> Moderating:
        return Moderating(self.the_moderator, Target(model))

    def judge(self, model: str) -> Judge:
        return self.the_judge


def _share(words: list[str], given: set[str]) -> float:
    return sum(word in given for word in words) / max(1, len(words))
