"""The main job: a table of prompts in, published answers with receipts out.

steps/       admit, prepare, execute, escalate, publish, settle: each safe to run twice
spec.py      the job spec as its author writes it
job.py       the resolved job: every version, digest and price that the run will use, immutable
services.py  the database, the lake and the providers that the steps work with
model_in_use.py a model that a run asks beside its rows, fixed at admission
room.py      what a run's budget has room for
runner.py    runs the six steps to the end in one process
progress.py  how far a run is, read from the database
deadline.py  the alert when most of the time is used up and a run is unfinished
input/       reads CSV, JSON lines and Parquet in slices
tiering/     which tiers a row is asked at, and which answer is published
agreement/   when two answers in prose agree
outcomes/    what published runs and files of graded rows teach about the tiers
embeddings/  the models that turn texts into vectors, where a prompt or a tier policy names one
tier_learning/ weights trained on that, and who has put them in use
right_sizing/  where every prompt stands on its curve of cost against quality
bundling/    several small rows in one request, where that was shown to be harmless
side_calls/  model calls beside the rows, in the budget and in the ledger
shards/      request files within the provider's limits
capacity/    when and how fast a provider may be asked: off-peak hours, shared rates, quotas
answers/     reads the provider's results and judges each answer
publication/ results in input order, a receipt per row
cache/       answers that were paid for before, or are being paid for by another run
schemas.py   the columns of working files and of results
gate.py      Great Expectations on input and output
analytics.py DuckDB within a fixed memory limit
screening.py what may be asked of a row's variables
vault.py     what was masked, sealed with the run's key; unmask.py restores it, erasure.py destroys it
review/      what is held back: a steward's sheet, decisions, the run in which released rows continue
remote_checks.py the models that a policy's checks ask
dry_run.py, policy_comparison.py
             what another guardrail policy would have done to the rows of an earlier run
report/      the run's report as JSON and HTML
"""
