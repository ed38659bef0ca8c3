"""The only code, with dags/ and the plugin file, that speaks Airflow.

batch_tasks.py        the tasks of batch_inference, named as the steps
shard_operator.py     execute: one shard, deferred while a provider's batch works
batch_trigger.py      waits for a provider's batch inside the triggerer
deadline_alert.py     the DeadlineAlert of a run, by the run's own deadline
run_context.py        run id, job spec and connections of the running task
job_form.py           the job spec as trigger form
nightly.py            which job files run tonight
job_operator.py       starts one of them
review_tasks.py       the tasks of quarantine_review
review_operators.py   its form; what asks for a review, and what starts the run of released rows
guardrail_tasks.py    the tasks of guardrail_dry_run and unmask_answers
tier_learning_tasks.py, tier_learning_operators.py
                      the tasks of tier_learning, and its form
airflow_api.py        Airflow's API, as the command line uses it
airflow_environment.py, deployment.py, supervisor.py, metadata_database.py
                      a local deployment: its settings, its processes
in_process.py, background_session.py
                      a DAG run in one process, without a deployment
"""
