"""A table of prompts in, published answers with receipts out. Trigger it from the form, the CLI, or include/jobs/."""

from datetime import datetime

from airflow.sdk import DAG, TaskGroup

from nightshift.orchestration.batch_tasks import RETRYING, admit, escalate, pack, prepare, publish, settle
from nightshift.orchestration.deadline_alert import deadline_alert
from nightshift.orchestration.job_form import WAVES, job_form
from nightshift.orchestration.review_operators import AskReviewOperator
from nightshift.orchestration.shard_operator import ExecuteShardOperator

with DAG(
    dag_id="batch_inference",
    description="A table of prompts in, published answers with receipts out",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    params=job_form(),
    deadline=deadline_alert(),
    tags=["batch", "nightshift"],
    default_args={"owner": "platform"},
    render_template_as_native_obj=True,
) as dag:
    shards = pack()
    prepare.expand(number=admit()) >> [shards, AskReviewOperator(task_id="ask_review", **RETRYING)]
    results = publish()
    for wave in range(WAVES):
        with TaskGroup(f"wave_{wave}"):
            execute = ExecuteShardOperator.partial(task_id="execute", trigger_rule="none_failed", **RETRYING).expand(
                shard_id=shards
            )
            shards = escalate(wave)
            execute >> shards
    shards >> results >> settle()
