"""A data steward releases or rejects the rows that a guardrail held back in a run.

`prepare_sheet` writes a page into the lake that shows the rows as they came, with what was found in them marked.
`decide` waits for an answer to its form (*Required Actions*), without a worker; the form names ids and rules only.
Released rows continue in a run of their own. batch_inference starts this DAG at once when a rule says `escalate`; for
what is quarantined, start it by hand.
"""

from datetime import datetime

from airflow.sdk import DAG, Param, task

from nightshift.orchestration.batch_tasks import RETRYING
from nightshift.orchestration.review_operators import ReviewOperator, StartNextRunOperator
from nightshift.orchestration.review_tasks import prepare_sheet, record_decisions

with DAG(
    dag_id="quarantine_review",
    description="A data steward releases or rejects what a guardrail held back",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    params={"run_id": Param(type="string", minLength=1, title="Run", description="The run whose rows are held back")},
    tags=["guardrails", "nightshift"],
    default_args={"owner": "governance"},
) as dag:
    sheet = task(**RETRYING)(prepare_sheet)()
    decide = ReviewOperator(task_id="decide", body=sheet["form"], **RETRYING)
    started = task(**RETRYING)(record_decisions)(decide.output)
    StartNextRunOperator.partial(task_id="start_next_run", **RETRYING).expand(next_run_id=started)
