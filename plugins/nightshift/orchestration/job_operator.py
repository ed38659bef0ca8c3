"""Starts the nightly run of one job file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.trigger_dagrun import (  # type: ignore[import-not-found,unused-ignore]
    TriggerDagRunOperator,
)

from nightshift.orchestration.nightly import night_of, read_job, run_id_of

if TYPE_CHECKING:
    from airflow.sdk import Context


class StartJobOperator(TriggerDagRunOperator):  # type: ignore[misc,unused-ignore]
    """Starts batch_inference with a job file. Skipped when the night's run exists; a bad file fails it at once."""

    template_fields = ("job_file",)

    def __init__(self, *, job_file: str, opens_at: int, **kwargs: Any) -> None:
        """`opens_at` is the hour (UTC) at which the nightly window opens."""
        super().__init__(trigger_dag_id="batch_inference", logical_date=None, skip_when_already_exists=True, **kwargs)
        self.job_file, self.opens_at = job_file, opens_at

    def execute(self, context: Context) -> None:
        job = read_job(self.job_file)
        self.trigger_run_id = run_id_of(self.job_file, night_of(context["dag_run"].run_after, self.opens_at))
        self.conf = job.model_dump(mode="json")
        super().execute(context)
