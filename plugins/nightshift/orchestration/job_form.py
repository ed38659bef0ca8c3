"""The job spec as the DAG's trigger form. Descriptions come from the spec itself; the defaults run the sample."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param

from nightshift.batch.bundling.bundles import MOST_ROWS
from nightshift.batch.spec import InputSpec, JobSpec
from nightshift.batch.tiering.policy import MOST_TIERS as WAVES

__all__ = ["WAVES", "job_form"]

# Airflow shows what is in no section at once, and the sections folded.
_QUALITY = "Quality: tiers, escalation, grading (optional)"
_ECONOMY = "Economy: rows that share requests (optional)"
_SAMPLE_INPUT = {
    "uri": "include/samples/support_tickets.jsonl",
    "id": "ticket_id",
    "variables": {"subject": "subject", "message": "message", "language": "customer_language"},
}
_REASONS = {
    "unreadable": "unreadable: the answer is not in the form that the prompt asks for",
    "refused": "refused: the model declined to answer",
    "wrong": "wrong: the grader says so (needs a reference column)",
}


def job_form() -> dict[str, Param]:
    """One form field per key of the job spec; what every job decides comes first."""
    return {
        "prompt": _field("prompt", "Prompt", "triage_ticket@production", pattern="^[^@]+@[^@]+$"),
        "input": _field("input", "Input table", _SAMPLE_INPUT, type="object", description_md=_input_help()),
        "application": _field("application", "Application", "support-desk", minLength=1),
        "budget_usd": _field("budget_usd", "Budget (USD)", "1.00", pattern=r"^\d+(\.\d+)?$"),
        "deadline": _field("deadline", "Deadline", "8h", minLength=2),
        "output": _field("output", "Output folder (optional)", None, type=["string", "null"]),
        "tiers": _field("tiers", "Tier policy", "default", section=_QUALITY, minLength=1),
        "quality": _field(
            "quality",
            "Quality to keep",
            None,
            section=_QUALITY,
            type=["object", "null"],
            description_md="The planner finds the cheapest way to it among the policy's tiers. Leave it empty to "
            'follow the policy, or write for example {"at_least": 0.95} or {"at_least": 0.99, "of": "premium"}.',
        ),
        "escalate_on": _field(
            "escalate_on",
            "Ask again one tier up",
            ["unreadable", "refused"],
            section=_QUALITY,
            type="array",
            examples=list(_REASONS),
            values_display=_REASONS,
            items={"type": "string"},
        ),
        "grader": _field(
            "grader",
            "Grader",
            None,
            section=_QUALITY,
            type=["object", "null"],
            description_md="Reads and compares answers, and adds the column **grade** to the results. Leave it empty "
            'for none, or write for example {"kind": "numeric", "reference": "column with the right answer"}.',
        ),
        "bundle_rows": _field(
            "bundle_rows", "Rows per request", 1, section=_ECONOMY, type="integer", minimum=1, maximum=MOST_ROWS
        ),
        "bundle_trial": _field("bundle_trial", "Trial of bundling", False, section=_ECONOMY, type="boolean"),
    }


def _field(name: str, title: str, default: Any, **schema: Any) -> Param:
    description = {} if "description_md" in schema else {"description": JobSpec.model_fields[name].description}
    return Param(default, title=title, **({"type": "string"} | description | schema))


def _input_help() -> str:
    lines = [f"- **{name}**: {field.description}" for name, field in InputSpec.model_fields.items()]
    return "\n".join(
        [
            "Where the rows are, and from which columns the prompt's variables come. Columns that are not named here "
            "are never read. Relative paths start from the project's folder.",
            "",
            *lines,
        ]
    )
