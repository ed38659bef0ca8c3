"""What a guardrail policy would have done to the rows and answers of an earlier run, before it is switched on.

Reads the run's input and its answers again and screens them with both policies. Nothing is changed. The log has the
counts; the report in the lake (its URI is the task's result) has every row that would change, by request id.
"""

from datetime import datetime

from airflow.sdk import DAG, Param, task

from nightshift.orchestration.batch_tasks import RETRYING
from nightshift.orchestration.guardrail_tasks import dry_run

with DAG(
    dag_id="guardrail_dry_run",
    description="What another guardrail policy would have done to an earlier run",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    params={
        "policy": Param("default", type="string", minLength=1, description="A file of include/policies/guardrails/"),
        "run_id": Param("", type="string", title="Run", description="Empty: the application's latest published run"),
        "application": Param("", type="string", description="Asked for where no run is named"),
    },
    tags=["guardrails", "nightshift"],
    default_args={"owner": "governance"},
) as dag:
    task(**RETRYING)(dry_run)()
