"""How many requests one task keeps in flight: one more per round that succeeds, half after a 429."""

from __future__ import annotations

from dataclasses import dataclass, field

START = 2
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds, after a 429 that does not say how long


@dataclass
class AdaptiveLimit:
    """Additive increase, multiplicative decrease. `most` is never passed. Times are seconds of any steady clock.

    Every request has a ticket from `start`, which goes back to exactly one of `succeeded`, `failed` and `limited`. A
    burst of 429 is one piece of news: only requests that started after the last cut change the limit again.
    """

    most: int
    limit: int = field(init=False)
    in_flight: int = field(default=0, init=False)
    _cuts: int = field(default=0, init=False)
    _successes: int = field(default=0, init=False)  # since the limit last changed
    _pause: float = field(default=FIRST_PAUSE, init=False)
    _resumes_at: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        self.limit = min(START, self.most)

    def free(self, now: float) -> int:
        """How many requests may be started now."""
        return 0 if self.wait(now) else max(self.limit - self.in_flight, 0)

    def wait(self, now: float) -> float:
        """Seconds that the provider still wants to be left alone."""
        return max(self._resumes_at - now, 0.0)

    def start(self) -> int:
        """A request starts; its ticket."""
        self.in_flight += 1
        return self._cuts

    def succeeded(self, ticket: int) -> None:
        """The provider answered. One round of these, as many as may be in flight, and one more may be."""
        self.in_flight -= 1
        if ticket != self._cuts:
            return
        self._pause = FIRST_PAUSE
        self._successes += 1
        if self._successes >= self.limit:
            self._successes = 0
            self.limit = min(self.limit + 1, self.most)

    def failed(self, ticket: int) -> None:
        """It ended in a way that says nothing about the rate."""
        self.in_flight -= 1

    def limited(self, ticket: int, now: float, retry_after: float | None) -> None:
        """RateLimited. Half as many from now on, and none before `retry_after` seconds are over."""
        self.in_flight -= 1
        is_news = ticket == self._cuts
        if is_news:
            self._cuts += 1
            self._successes = 0
            self.limit = max(self.limit // 2, 1)
        if retry_after:  # 0 would be an invitation to ask in a tight loop
            self._resumes_at = max(self._resumes_at, now + retry_after)
        elif is_news:
            self._resumes_at = max(self._resumes_at, now + self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
