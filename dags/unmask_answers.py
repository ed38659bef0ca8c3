"""Writes a copy of a run's results in which every answer shows what was masked in its own row.

The published results stay masked. Who may trigger this DAG may see personal data: grant it in Airflow's permissions. It
fails for a run whose vault was erased (`nightshift vault erase`).
"""

from datetime import datetime

from airflow.sdk import DAG, Param, task

from nightshift.orchestration.batch_tasks import RETRYING
from nightshift.orchestration.guardrail_tasks import unmask

with DAG(
    dag_id="unmask_answers",
    description="A copy of a run's results with what was masked",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    params={
        "run_id": Param(type="string", minLength=1, title="Run", description="A published run"),
        "output": Param(
            type="string", minLength=1, description="file:// or s3:// URI of a Parquet file that does not exist yet"
        ),
    },
    tags=["guardrails", "nightshift"],
    default_args={"owner": "governance"},
) as dag:
    task(**RETRYING)(unmask)()
