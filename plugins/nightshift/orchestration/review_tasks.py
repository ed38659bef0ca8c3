"""The tasks of quarantine_review. Rows are named by id and rule; only the sheet in the lake has their text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from nightshift.orchestration.run_context import airflow_services

if TYPE_CHECKING:
    from nightshift.batch.review.sheet import Sheet

RELEASE_ALL, REJECT_ALL, AS_LISTED = "Release all", "Reject all", "As listed"
_LISTED, _LONGEST_ID = 50, 60


def reviewed_run_id() -> str:
    """The run whose held-back rows are reviewed."""
    return str(get_current_context()["params"]["run_id"])


def prepare_sheet() -> dict[str, str]:
    """Writes the steward's sheet. Returns its URI and the text of the form; skipped when nothing waits."""
    from nightshift.batch.review.sheet import write_sheet

    sheet = write_sheet(airflow_services(), reviewed_run_id())
    if not sheet.open_rows:
        raise AirflowSkipException(f"no row of {reviewed_run_id()} waits for a decision")
    return {"sheet": sheet.uri, "form": _form(sheet)}


def record_decisions(answer: dict[str, Any]) -> list[str]:
    """Writes down what the form said and who answered it. Returns the names of the runs that are to be started."""
    from nightshift.batch.review.decisions import decide, open_ids
    from nightshift.batch.review.held_back import held_back
    from nightshift.batch.review.next_run import next_runs

    services, run_id = airflow_services(), reviewed_run_id()
    waiting = open_ids(held_back(services, run_id))
    [choice] = answer["chosen_options"]
    listed: dict[str, list[str]] = answer["params_input"] if choice == AS_LISTED else {}
    decide(
        services,
        run_id,
        release=waiting if choice == RELEASE_ALL else listed.get("release", []),
        reject=waiting if choice == REJECT_ALL else listed.get("reject", []),
        by=who(answer),
    )
    return [item.run_id for item in next_runs(services, run_id)]


def who(answer: dict[str, Any]) -> str:
    """The name of the person who has answered a form."""
    user = answer.get("responded_by_user") or {}
    return str(user.get("name") or user.get("id") or "")


def _form(sheet: Sheet) -> str:
    """Markdown. Ids come out of data: as code they cannot be links, images or markup."""
    rules = [f"| `{rule}` | {count:,} |" for rule, count in sheet.open_by_rule().items()]
    shown = [f"| {_as_code(row.request_id)} | {', '.join(row.rules)} |" for row in sheet.open_rows[:_LISTED]]
    more = len(sheet.open_rows) - len(shown)
    return "\n".join(
        [
            f"Rows held back in `{reviewed_run_id()}`: **{len(sheet.open_rows):,}**. Their text is on the sheet, which "
            "those may open who may read the input:",
            "",
            f"`{sheet.uri}`",
            "",
            "A released row continues in the next run, and its content passes the rules that held it back from now on. "
            "A rejected one is refused from now on. *As listed* takes the ids from the two lists; rows in neither stay "
            "held back.",
            "",
            "| rule | rows |",
            "|---|---|",
            *rules,
            "",
            "| id | rules |",
            "|---|---|",
            *shown,
            *([f"\nand {more:,} more on the sheet"] if more > 0 else []),
        ]
    )


def _as_code(request_id: str) -> str:
    shown = "".join(sign if sign.isprintable() and sign not in "`|" else "?" for sign in request_id)
    return f"`{shown[:_LONGEST_ID]}{'...' if len(shown) > _LONGEST_ID else ''}`"
