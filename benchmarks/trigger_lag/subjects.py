"""Who is measured. Runs in the driver and in every subject's environment, so it imports neither side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

REGION = "us-east-1"
_FAR = 4_102_444_800  # the year 2100: no deadline passes while we measure


@dataclass(frozen=True)
class Subject:
    """A trigger class. `look` (module:Class.method) is what it calls to look at its batch; `api` is whose batches."""

    name: str
    api: str
    trigger: str
    look: str
    environment: str | None = None  # the peer whose virtual environment it runs in; None: this one

    def arguments(self, batch_id: str, poll_seconds: float) -> dict[str, Any]:
        """What the trigger is made with, as its operator makes it."""
        if self.environment == "openai_provider":
            return {"conn_id": "openai_default", "batch_id": batch_id, "poll_interval": poll_seconds, "timeout": 1e6}
        if self.environment == "llm_batch":
            return {
                "llm_conn_id": "stand_in", "adapter": "openai", "batch_id": batch_id, "poll_interval": poll_seconds,
                "end_time": float(_FAR), "cancel_on_kill": False, "cancel_on_timeout": False,
            }  # fmt: skip
        return {
            "shard_id": batch_id, "provider": self.api, "region": REGION if self.api == "bedrock" else "global",
            "batch_id": batch_id, "deadline": "2100-01-01T00:00:00+00:00", "poll_seconds": poll_seconds,
        }  # fmt: skip


_OURS = "nightshift.orchestration.batch_trigger.BatchTrigger"
SUBJECTS = (
    Subject("nightshift, openai", "openai", _OURS, "nightshift.providers.openai_api:OpenAIProvider.status_soon"),
    Subject("nightshift, bedrock", "bedrock", _OURS, "nightshift.providers.bedrock:BedrockProvider.status_soon"),
    Subject(
        "OpenAIBatchTrigger",
        "openai",
        "airflow.providers.openai.triggers.openai.OpenAIBatchTrigger",
        "airflow.providers.openai.hooks.openai:OpenAIHook.get_batch",
        "openai_provider",
    ),
    Subject(
        "LLMBatchTrigger",
        "openai",
        "airflow.providers.common.ai.triggers.llm_batch.LLMBatchTrigger",
        "airflow.providers.common.ai.batch.openai:OpenAIBatchAdapter.get_batch",
        "llm_batch",
    ),
)


def connections(url: str) -> dict[str, str]:
    """The Airflow connections of all subjects: everything leads to the sandbox."""
    openai = {"conn_type": "openai", "password": "sandbox", "host": f"{url}/v1"}
    found = {
        "openai_default": openai,
        "stand_in": openai | {"conn_type": "pydanticai"},
        "aws_default": {"conn_type": "aws", "login": "sandbox", "password": "sandbox", "host": url},
    }
    # Ours looks for a connection of the region first. Found here, it is not asked of the triggerer's parent.
    regional = {"openai_default_global": found["openai_default"], "aws_default_us_east_1": found["aws_default"]}
    return {f"AIRFLOW_CONN_{name.upper()}": json.dumps(content) for name, content in (found | regional).items()}
