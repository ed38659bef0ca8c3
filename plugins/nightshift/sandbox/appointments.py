"""A thread that keeps appointments: things to look after at a point in time, one after the other."""

from __future__ import annotations

import heapq
import threading
import time


class Appointments(threading.Thread):
    """Calls `keep` with what is due. A subclass says what keeping an appointment means."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._due: list[tuple[float, str]] = []
        self._changed = threading.Condition()
        self.stopping = False

    def keep(self, what: str) -> None:
        """Look after one thing."""
        raise NotImplementedError

    def schedule(self, what: str, due: float = 0.0) -> None:
        """Makes an appointment; for now without a time."""
        with self._changed:
            heapq.heappush(self._due, (due or time.time(), what))
            self._changed.notify()

    def stop(self) -> None:
        """Ends the thread after what it is at; the appointments left are forgotten."""
        with self._changed:
            self.stopping = True
            self._changed.notify()

    def run(self) -> None:
        while (what := self._next()) is not None:
            self.keep(what)

    def _next(self) -> str | None:
        with self._changed:
            while not self.stopping:
                wait = self._due[0][0] - time.time() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[1]
                self._changed.wait(wait)
        return None
