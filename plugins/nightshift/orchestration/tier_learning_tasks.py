"""The tasks of tier_learning. Logs and XComs carry names, counts and figures, never text."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from nightshift.orchestration.review_tasks import who
from nightshift.orchestration.run_context import airflow_services

if TYPE_CHECKING:
    from nightshift.batch.tier_learning.candidates import Candidate

log = logging.getLogger(__name__)

ADOPT_ALL, REJECT_ALL, AS_LISTED, LATER = "Adopt all", "Reject all", "As listed", "Decide later"


def collect_outcomes() -> list[dict[str, str | None]]:
    """Outcome rows of include/outcomes/ and of every published run that has not given its own. Returns whose rows have
    increased since weights were last trained on them."""
    from nightshift.batch.outcomes.collecting import collect_all
    from nightshift.batch.outcomes.importing import import_included
    from nightshift.batch.tier_learning.candidates import learners

    services = airflow_services()
    for imported in import_included(services):
        log.info("%s: %d new rows", imported.name, imported.rows)
    for one in collect_all(services):
        log.info("%s: %d rows, %d sampled, %d graded", one.run_id, one.rows, one.sampled_rows, one.graded_rows)
    found = learners(services)
    if not found:
        log.info("no outcome rows are new: there is nothing to learn")
    return [learner._asdict() for learner in found]


def train_candidate(learner: dict[str, str | None]) -> dict[str, str | None]:
    """Trains new weights of both kinds on one application's rows."""
    from nightshift.batch.tier_learning.training import train_candidates

    for candidate in train_candidates(airflow_services(), _learner(learner)):
        log.info("%s: trained on %d rows", candidate.name, candidate.rows)
    return learner


def compare_candidates(learners: list[dict[str, str | None]]) -> dict[str, Any]:
    """Returns the candidates that beat what is in use and the text of the form; skipped where none does."""
    from nightshift.batch.tier_learning.training import compare_candidates as compare

    services = airflow_services()
    found = [candidate for one in learners for candidate in compare(services, _learner(one))]
    for candidate in found:
        log.info("%s: %s", candidate.name, candidate.statement)
    better = [candidate for candidate in found if candidate.replaces]
    if not better:
        told = "; ".join(f"{candidate.name}: {candidate.statement}" for candidate in found)
        raise AirflowSkipException(f"nothing beats the present weights: {told or 'too few rows to train any'}")
    return {"candidates": [candidate.name for candidate in better], "form": _form(better)}


def adopt_decided(answer: dict[str, Any], candidates: list[str]) -> str:
    """Writes down what the form said and who answered it: exactly the candidates that it showed."""
    from nightshift.batch.tier_learning.deciding import decide

    [choice] = answer["chosen_options"]
    if choice == LATER:
        raise AirflowSkipException("nothing was decided; the candidates wait for `nightshift tier decide`")
    listed: dict[str, list[str]] = answer["params_input"] if choice == AS_LISTED else {}
    decided = decide(
        airflow_services(),
        adopt=candidates if choice == ADOPT_ALL else listed.get("adopt", []),
        reject=candidates if choice == REJECT_ALL else listed.get("reject", []),
        by=who(answer),
    )
    return f"{decided.adopted} adopted, {decided.rejected} rejected by {who(answer)}"


def write_right_sizing() -> str:
    """The right-sizing report of every prompt, in the lake. Returns the page's URI."""
    from nightshift.batch.right_sizing.page import write_report

    return write_report(airflow_services())


def _learner(given: dict[str, str | None]) -> Any:
    from nightshift.batch.tier_learning.candidates import Learner

    return Learner(str(given["application"]), given["sandbox"])


def _form(candidates: list[Candidate]) -> str:
    """Markdown. Everything in it is ours: names of files of include/, digests and figures."""
    rows = [f"| `{one.name}` | {one.rows:,} | {one.statement} | {_whose(one)} |" for one in candidates]
    return "\n".join(
        [
            "New weights of tiering were better than those in use on rows that neither was trained on. From the next "
            "run of the application on, adopted weights decide which rows the premium model answers.",
            "",
            "*As listed* takes the names from the two lists; those in neither wait. Adopted weights are taken out of "
            "use with `nightshift tier decide --reject`.",
            "",
            "| candidate | rows | what was found | answers of |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def _whose(candidate: Candidate) -> str:
    return "the sandbox" if candidate.sandbox else "models"
