"""execute: one shard, deferred while the provider works. A new try re-attaches to the batch of the old one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import BaseOperator

from nightshift.errors import RateLimited
from nightshift.orchestration.batch_trigger import BatchTrigger
from nightshift.orchestration.run_context import airflow_services

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightshift.batch.services import Services
    from nightshift.batch.steps.execute.submit import Submitted


class ExecuteShardOperator(BaseOperator):
    """Submits a shard, waits for it without a worker, collects it; then the same for what must be asked again."""

    template_fields = ("shard_id",)

    def __init__(self, *, shard_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shard_id = shard_id

    def execute(self, context: Context) -> None:
        from nightshift.batch.steps.execute.attempts import open_attempt

        services = airflow_services()
        self._go_on(services, open_attempt(services, self.shard_id))

    def collect(self, context: Context, event: dict[str, Any]) -> None:
        """Called when the trigger has seen the batch end."""
        from nightshift.batch.steps.execute.collect import collect_shard

        services = airflow_services()
        self._go_on(services, collect_shard(services, event["shard_id"]))

    def try_again(self, context: Context, event: Any, shard_id: str) -> None:
        """Called when the time is over that the provider asked for."""
        self._go_on(airflow_services(), shard_id)

    def _go_on(self, services: Services, shard_id: str | None) -> None:
        """The rest of the shard's attempts, up to one that is waited for without a worker."""
        from nightshift.batch.steps.execute.collect import collect_shard

        while shard_id is not None:
            self._ask(services, shard_id)
            shard_id = collect_shard(services, shard_id)

    def _ask(self, services: Services, shard_id: str) -> None:
        """Returns when the attempt can be collected; leaves the worker where that takes a while."""
        import asyncio

        from nightshift.batch.steps.execute.realtime import answer_shard, is_realtime
        from nightshift.batch.steps.execute.submit import submit_shard

        try:
            if is_realtime(services, shard_id):
                asyncio.run(answer_shard(services, shard_id))
                return
            submitted = submit_shard(services, shard_id)
        except RateLimited as error:
            # Waiting for the provider's room is no failure: it takes no retry, and no worker either.
            pause = timedelta(seconds=error.retry_after_seconds or 60)
            self.defer(trigger=TimeDeltaTrigger(pause), method_name="try_again", kwargs={"shard_id": shard_id})
        if submitted is not None:
            self._wait(services, submitted)

    def _wait(self, services: Services, submitted: Submitted) -> None:
        from nightshift.settings import poll_seconds

        trigger = BatchTrigger(
            shard_id=submitted.shard_id,
            provider=submitted.provider,
            region=submitted.region,
            batch_id=submitted.batch_id,
            deadline=services.job(submitted.run_id).deadline.isoformat(),
            poll_seconds=poll_seconds(),
        )
        self.defer(trigger=trigger, method_name="collect")
