"""What the runs of the night teach about the tiers: outcome rows, new weights, and the right-sizing report.

`collect_outcomes` takes the rows that the first and the last tier have both answered, and what lies in
include/outcomes/. Weights are trained per application and compared with those in use on rows that neither has seen;
where nothing is better, the DAG ends there and `compare` says so. `approve` waits for an answer to its form (*Required
Actions*), without a worker: weights are in use only after that.
"""

from airflow.sdk import DAG, CronTriggerTimetable, task

from nightshift.orchestration.batch_tasks import RETRYING
from nightshift.orchestration.tier_learning_operators import ApproveWeightsOperator
from nightshift.orchestration.tier_learning_tasks import (
    adopt_decided,
    collect_outcomes,
    compare_candidates,
    train_candidate,
    write_right_sizing,
)

STARTS_AT = 7  # hour, UTC: the night's runs are published

with DAG(
    dag_id="tier_learning",
    description="Learns from the night's runs which rows need the premium model",
    doc_md=__doc__,
    schedule=CronTriggerTimetable(f"0 {STARTS_AT} * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    tags=["tiering", "nightshift"],
    default_args={"owner": "governance"},
) as dag:
    learners = task(**RETRYING)(collect_outcomes)()
    trained = task(**RETRYING)(train_candidate).expand(learner=learners)
    compared = task(task_id="compare", **RETRYING)(compare_candidates)(trained)
    approve = ApproveWeightsOperator(task_id="approve", body=compared["form"], **RETRYING)
    task(task_id="adopt", **RETRYING)(adopt_decided)(approve.output, compared["candidates"])
    learners >> task(**RETRYING)(write_right_sizing)()
