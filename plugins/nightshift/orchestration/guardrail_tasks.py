"""The tasks of guardrail_dry_run and unmask_answers. Their logs carry counts, never text."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import get_current_context

from nightshift.orchestration.run_context import airflow_services

log = logging.getLogger(__name__)


def dry_run() -> str:
    """Compares a policy with the one that a run had. Returns the URI of the report."""
    from nightshift.batch import dry_run as step
    from nightshift.guardrails.policy import find_policy

    services, params = airflow_services(), _params()
    policy = find_policy(params["policy"], field="policy")
    run_id = params["run_id"] or step.latest_run(services, params["application"])
    report = step.dry_run(services, run_id, policy)
    for direction, compared in (("input", report.input), ("output", report.output)):
        log.info("%s: %d texts, %d would change", direction, compared.texts, compared.changed)
        for (before, after), count in sorted(compared.actions.items()):
            log.info("%s: %s -> %s: %d", direction, before, after, count)
    log.info("every change, by request id: %s", report.changes_uri)
    return report.report_uri


def unmask() -> str:
    """Writes a copy of a run's results in which answers show what was masked. Returns its URI."""
    from nightshift.batch.unmask import unmask_results

    params = _params()
    restored = unmask_results(airflow_services(), params["run_id"], params["output"])
    log.info("%d answers of %s restored", restored, params["run_id"])
    return str(params["output"])


def _params() -> dict[str, Any]:
    return dict(get_current_context()["params"])
