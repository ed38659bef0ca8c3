"""Every job file of include/jobs/ runs in the nightly window. Add a file to add a job; nobody touches Python.

A file that is not a valid job fails its own `start` task, whose log names field, value, limit and way out; the other
jobs start. Trigger this DAG by hand to start at once what has not started since the window last opened.
"""

from airflow.sdk import DAG, CronTriggerTimetable, task

from nightshift.orchestration.batch_tasks import RETRYING
from nightshift.orchestration.job_operator import StartJobOperator
from nightshift.orchestration.nightly import job_files

OPENS_AT = 22  # hour, UTC

with DAG(
    dag_id="nightly_jobs",
    description="Starts batch_inference for every file of include/jobs/",
    doc_md=__doc__,
    # No start date: with one, a new deployment would run the night before it came into being.
    schedule=CronTriggerTimetable(f"0 {OPENS_AT} * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    tags=["batch", "nightshift"],
    default_args={"owner": "platform"},
) as dag:
    names = task(task_id="find_jobs", **RETRYING)(job_files)()
    StartJobOperator.partial(
        task_id="start", map_index_template="{{ task.job_file }}", opens_at=OPENS_AT, **RETRYING
    ).expand(job_file=names)
