"""The form of quarantine_review, what asks for a review at once, and what starts the run of released rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import (  # type: ignore[import-not-found,unused-ignore]
    TriggerDagRunOperator,
)
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowSkipException

from nightshift.errors import RunEnded
from nightshift.orchestration.in_process import is_in_process
from nightshift.orchestration.review_tasks import AS_LISTED, REJECT_ALL, RELEASE_ALL, reviewed_run_id
from nightshift.orchestration.run_context import airflow_services, current_run_id

if TYPE_CHECKING:
    from airflow.sdk import Context


class ReviewOperator(HITLOperator):  # type: ignore[misc,unused-ignore]
    """Waits, without a worker, until a data steward has answered. `body` is what the form says."""

    def __init__(self, *, body: Any, **kwargs: Any) -> None:
        kwargs.pop("params", None)  # those of the DAG, which Airflow hands on: the form does not ask for them again
        fields = {
            "release": listed_names("Release", "ids of rows that continue in the next run"),
            "reject": listed_names("Reject", "ids of rows that are refused for good"),
        }
        super().__init__(
            subject="Held-back rows of {{ params.run_id }}",
            body=body,
            options=[RELEASE_ALL, REJECT_ALL, AS_LISTED],
            params=fields,
            **kwargs,
        )


class AskReviewOperator(TriggerDagRunOperator):  # type: ignore[misc,unused-ignore]
    """Starts the review of a run in which rows were escalated: a person is asked at once. Skipped for any other.

    It works beside the step `pack`, which may refuse the run: then nobody waits for its rows.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trigger_dag_id="quarantine_review", logical_date=None, skip_when_already_exists=True, **kwargs)

    def execute(self, context: Context) -> None:
        from nightshift.batch.review.held_back import has_escalated

        run_id = current_run_id()
        try:
            escalated = has_escalated(airflow_services(), run_id)
        except RunEnded as error:
            raise AirflowSkipException(str(error)) from error
        if not escalated:
            raise AirflowSkipException("no row was escalated")
        if is_in_process():
            raise AirflowSkipException("no scheduler is there to ask for a review; the run's summary says what to do")
        self.trigger_run_id, self.conf = f"{run_id}-escalated", {"run_id": run_id}
        super().execute(context)


class StartNextRunOperator(TriggerDagRunOperator):  # type: ignore[misc,unused-ignore]
    """Starts batch_inference with rows that were released together. Skipped when that run is under way."""

    template_fields = ("next_run_id",)

    def __init__(self, *, next_run_id: str, **kwargs: Any) -> None:
        super().__init__(trigger_dag_id="batch_inference", logical_date=None, skip_when_already_exists=True, **kwargs)
        self.next_run_id = next_run_id

    def execute(self, context: Context) -> None:
        from nightshift.batch.review.next_run import next_runs

        waiting = {item.run_id: item.spec for item in next_runs(airflow_services(), reviewed_run_id())}
        if self.next_run_id not in waiting:
            raise AirflowSkipException(f"the run {self.next_run_id} is under way")
        self.trigger_run_id = self.next_run_id
        self.conf = waiting[self.next_run_id].model_dump(mode="json")
        super().execute(context)


def listed_names(title: str, description: str) -> Param:
    """A list of names as a field of a form."""
    # `source`: the form shows the task's own fields, and none that the DAG was triggered with.
    schema = {"type": "array", "items": {"type": "string"}, "title": title}
    return Param([], source="task", description=f"As listed: {description}", **schema)
