"""Airflow common-ai's LLMBatchOperator: submit, wait with its own trigger, land. Runs in the peer's environment.

The operator runs deferrable, as in production, but without a scheduler: this process plays worker and triggerer.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.throughput.meter import Meter
from benchmarks.throughput.rows import read_rows
from benchmarks.throughput.workload import MAX_OUTPUT_TOKENS, MODEL, SYSTEM

_POLL_SECONDS = 0.5  # the operator insists on 30, which would only add idle wall time


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--url", required=True)  # also in AIRFLOW_CONN_STAND_IN
    parser.add_argument("--result", type=Path, required=True)
    asked = parser.parse_args()
    meter = Meter()
    with meter.step("start-up"):
        import openai  # noqa: F401
        from airflow.providers.common.ai.operators.llm_batch import LLMBatchOperator
        from airflow.sdk.exceptions import TaskDeferred
    task = SimpleNamespace(dag_id="peer", task_id="batch", run_id=asked.rows.stem, map_index=-1)
    context: Any = {"task_instance": task, "ti": task}
    with meter.step("build"):
        prompts = [row["question"] for row in read_rows(asked.rows)]
        batch = LLMBatchOperator(
            task_id="batch",
            requests=prompts,
            result_path=(asked.result.parent / "llm_batch").as_uri(),
            llm_conn_id="stand_in",
            model_id=f"openai:{MODEL}",
            system_prompt=SYSTEM,
            max_tokens=MAX_OUTPUT_TOKENS,
            request_params={"temperature": 0},
            deferrable=True,
            do_xcom_push=False,
        )
    with meter.step("submit"):
        trigger = _submit(batch, context, TaskDeferred)
    trigger.poll_interval = _POLL_SECONDS
    with meter.step("wait"):
        event = asyncio.run(_fired(trigger))
    with meter.step("land"):
        manifest = batch.execute_complete(context, event)
    meter.write(asked.result, answered=manifest["counts"]["succeeded"])


def _submit(operator: Any, context: Any, deferred: type[BaseException]) -> Any:
    try:
        operator.execute(context)
    except deferred as pause:
        return pause.trigger  # type: ignore[attr-defined]
    raise AssertionError("a deferrable operator defers")


async def _fired(trigger: Any) -> Any:
    async for event in trigger.run():
        return event.payload
    raise AssertionError("the trigger ended without an event")


if __name__ == "__main__":
    main()
