"""Waits until a provider's batch is final, without ever blocking the event loop."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import UTC, datetime, timedelta

from nightshift.errors import ProviderUnavailable
from nightshift.providers.port import BatchProvider, BatchState

log = logging.getLogger(__name__)

# Cancelling takes a provider up to ten minutes.
PATIENCE_AFTER_DEADLINE = timedelta(minutes=15)


async def wait_for_batch(provider: BatchProvider, batch_id: str, deadline: datetime, poll_seconds: float) -> None:
    """Returns when the batch is final. At the deadline it is cancelled, so that what is done can be collected."""
    pause, cancelled = min(0.2, poll_seconds), False
    while await _is_running(provider, batch_id, deadline):
        now = datetime.now(UTC)
        if now >= deadline + PATIENCE_AFTER_DEADLINE:
            raise ProviderUnavailable(f"batch {batch_id} was cancelled at the deadline and has not ended since")
        if now >= deadline and not cancelled:
            cancelled = await _cancel(provider, batch_id)
        # Batches that were submitted together are not looked at together for the rest of the night.
        await asyncio.sleep(pause * random.uniform(0.6, 1.0))
        pause = min(pause * 1.5, poll_seconds)


async def _cancel(provider: BatchProvider, batch_id: str) -> bool:
    try:
        await asyncio.to_thread(provider.cancel, batch_id)
    except ProviderUnavailable as error:  # also where the batch ended just now, which the next look will tell
        log.warning("batch %s: %s; it is cancelled again", batch_id, error)
        return False
    return True


async def _is_running(provider: BatchProvider, batch_id: str, deadline: datetime) -> bool:
    """A provider that cannot be reached is taken to be working, as long as there is time: the batch is safe with it."""
    try:
        return (await provider.status_soon(batch_id)).state is BatchState.RUNNING
    except ProviderUnavailable as error:
        if datetime.now(UTC) >= deadline + PATIENCE_AFTER_DEADLINE:
            raise
        log.warning("batch %s: %s; it is looked at again", batch_id, error)
        return True
