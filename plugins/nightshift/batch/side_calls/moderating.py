"""The books of a provider's own guardrail: lots of texts, priced by their length."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from nightshift.batch.side_calls.books import Begun, Bill, Call, SideCalls
from nightshift.errors import NightshiftError
from nightshift.finops.money import to_picodollars
from nightshift.model_registry.catalogue import ModerationEndpoint


class PaidModeration:
    """The `ModerationBooks` of one run and one endpoint that has a price."""

    def __init__(self, calls: SideCalls, endpoint: ModerationEndpoint) -> None:
        self._calls, self._endpoint = calls, endpoint

    @contextmanager
    def lot(self, texts: Sequence[str]) -> Iterator[_Lot]:
        most = sum(cost_of(self._endpoint, text) for text in texts)
        with self._calls.booked(self._endpoint.model, most, texts) as bill:
            yield _Lot(self._calls, self._endpoint, bill, Lock())


@dataclass
class _Lot:
    """The `Tally` of one lot."""

    calls: SideCalls
    endpoint: ModerationEndpoint
    bill: Bill
    lock: Lock

    def answered(self, text: str) -> None:
        with self.lock:
            self.bill.cost += cost_of(self.endpoint, text)

    def lost(self, text: str) -> None:
        """The lot's own place in the budget is for one try at each text; the lost one gets another, or keeps it."""
        most = cost_of(self.endpoint, text)
        try:
            begun = self.calls.begin(Call(secrets.token_hex(32), self.endpoint.model, most))
        except NightshiftError:
            with self.lock:
                self.bill.lost += most
            raise
        assert isinstance(begun, Begun)  # its key is new
        self.calls.end(begun, Bill(lost=most), failed=True)


def cost_of(endpoint: ModerationEndpoint, text: str) -> int:
    """Picodollars for one text: its begun units."""
    if endpoint.usd_per_1000_units is None:
        return 0
    units = max(1, -(-len(text) // endpoint.characters_per_unit))
    return units * to_picodollars(endpoint.usd_per_1000_units / 1_000)
