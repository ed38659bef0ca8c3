"""Waits for a provider's batch inside the triggerer's event loop, without ever blocking it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

if TYPE_CHECKING:
    from nightshift.providers.credentials import Credentials

# Airflow takes a task that resumes before its scheduler has heard of the deferral for one that died, and tries it
# again: nothing is submitted twice, but a minute is lost. Only the sandbox finishes a batch that soon.
SETTLING_SECONDS = 3.0


class BatchTrigger(BaseTrigger):
    """Fires once, when the batch is final. Carries ids only; credentials are read where it runs."""

    def __init__(
        self, *, shard_id: str, provider: str, region: str, batch_id: str, deadline: str, poll_seconds: float
    ) -> None:
        super().__init__()
        self.shard_id, self.provider, self.region, self.batch_id = shard_id, provider, region, batch_id
        self.deadline, self.poll_seconds = deadline, poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        names = ("shard_id", "provider", "region", "batch_id", "deadline", "poll_seconds")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        import asyncio

        # Importing an SDK, reading a connection and loading certificates take a while: not in the loop.
        wait, provider = await asyncio.to_thread(_ready, self.provider, self.region)
        await asyncio.sleep(min(SETTLING_SECONDS, self.poll_seconds))
        await wait(provider, self.batch_id, datetime.fromisoformat(self.deadline), self.poll_seconds)
        yield TriggerEvent({"shard_id": self.shard_id, "batch_id": self.batch_id})


# One client per provider and region for all triggers of the process, until the connection changes.
_one_at_a_time = threading.Lock()
_providers: dict[tuple[str, str], tuple[Credentials, Any]] = {}


def _ready(name: str, region: str) -> tuple[Any, Any]:
    from nightshift.batch.steps.execute.wait import wait_for_batch
    from nightshift.orchestration.run_context import credentials_of_connection
    from nightshift.providers.credentials import credentials_for
    from nightshift.providers.registry import open_provider

    found = credentials_for(name, region, credentials_of_connection)
    with _one_at_a_time:
        if (name, region) not in _providers or _providers[name, region][0] != found:
            _providers[name, region] = (found, open_provider(name, found, region))
        return wait_for_batch, _providers[name, region][1]
