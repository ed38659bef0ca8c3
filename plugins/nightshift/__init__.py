"""Nightshift: overnight batch inference and governance for generative AI.

Read top down, each folder imports only from those below it (import-linter holds it):

cli             the `nightshift` command
orchestration   the only code that speaks Airflow
sandbox         stand-in providers that speak the real wire protocols
batch           the main job: admit, prepare, execute, escalate, publish, settle
guardrails      what may go in and out
prompts         versioned prompts as code
model_registry  which models and applications exist and who may use what
finops          prices, budgets, ledger
lineage         OpenLineage events
tiering         what a dearer model would change, and the cheapest way to a quality
providers       one file per model API behind one Protocol
storage         the database and the lake
settings        the only reader of environment variables
errors          the one error tree
"""
