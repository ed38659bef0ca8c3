"""The job spec as the DAG's trigger form. Descriptions come from the spec itself; the defaults run the sample."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param

from nightshift.batch.spec import InputSpec, JobSpec
from nightshift.batch.tiering.policy import MOST_TIERS as WAVES

__all__ = ["WAVES", "job_form"]

_SAMPLE_INPUT = {
    "uri": "include/samples/support_tickets.jsonl",
    "id": "ticket_id",
    "variables": {"subject": "subject", "message": "message", "language": "customer_language"},
}
_REASONS = ["unreadable", "refused", "wrong"]


def job_form() -> dict[str, Param]:
    """One form field per key of the job spec, in its order."""
    return {
        "prompt": _field("prompt", "triage_ticket@production", type="string", minLength=3),
        "input": _field("input", _SAMPLE_INPUT, type="object", description_md=_input_help()),
        "application": _field("application", "support-desk", type="string", minLength=1),
        "tiers": _field("tiers", "default", type="string", minLength=1),
        "grader": _field("grader", None, type=["object", "null"]),
        "escalate_on": _field("escalate_on", _REASONS[:2], type="array", examples=_REASONS, items={"type": "string"}),
        "budget_usd": _field("budget_usd", "1.00", type="string", pattern=r"^\d+(\.\d+)?$"),
        "deadline": _field("deadline", "8h", type="string", minLength=2),
        "output": _field("output", None, type=["string", "null"]),
    }


def _field(name: str, default: Any, **schema: Any) -> Param:
    return Param(default, title=name, description=JobSpec.model_fields[name].description, **schema)


def _input_help() -> str:
    lines = [f"- `{name}`: {field.description}" for name, field in InputSpec.model_fields.items()]
    return "\n".join(["Where the rows are and which columns the prompt's variables come from.", *lines])
