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


class ExecuteShardOperator(BaseOperator):
    """Submits a shard, waits for it without a worker, collects it; then the same for what must be asked again."""

    template_fields = ("shard_id",)

    def __init__(self, *, shard_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shard_id = shard_id

    def execute(self, context: Context) -> None:
        from nightshift.batch.steps.execute import newest_attempt

        services = airflow_services()
        shard_id = newest_attempt(services, self.shard_id)
        if shard_id is not None:
            self._submit(services, shard_id)

    def collect(self, context: Context, event: dict[str, Any]) -> None:
        """Called when the trigger has seen the batch end."""
        from nightshift.batch.steps.execute import collect_shard

        services = airflow_services()
        again = collect_shard(services, event["shard_id"])
        if again is not None:
            self._submit(services, again)

    def try_again(self, context: Context, event: Any, shard_id: str) -> None:
        """Called when the time is over that the provider asked for."""
        self._submit(airflow_services(), shard_id)

    def _submit(self, services: Services, shard_id: str) -> None:
        from nightshift.batch.steps.execute import submit_shard
        from nightshift.settings import poll_seconds

        try:
            submitted = submit_shard(services, shard_id)
        except RateLimited as error:
            # Waiting for the provider's room is no failure: it takes no retry, and no worker either.
            pause = timedelta(seconds=error.retry_after_seconds or 60)
            self.defer(trigger=TimeDeltaTrigger(pause), method_name="try_again", kwargs={"shard_id": shard_id})
        if submitted is None:
            return
        job = services.job(submitted.run_id)
        trigger = BatchTrigger(
            shard_id=shard_id,
            provider=submitted.provider,
            batch_id=submitted.batch_id,
            deadline=job.deadline.isoformat(),
            poll_seconds=poll_seconds(),
        )
        self.defer(trigger=trigger, method_name="collect")
