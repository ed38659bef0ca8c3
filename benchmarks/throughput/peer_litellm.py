"""LiteLLM's batch client: a request file, one batch, the answers and their cost. Runs in the peer's environment."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import time
from pathlib import Path
from typing import Any

from benchmarks.throughput.meter import Meter
from benchmarks.throughput.rows import read_rows
from benchmarks.throughput.workload import MAX_OUTPUT_TOKENS, MODEL, SYSTEM

_POLL_SECONDS = 0.5
_FINAL = ("completed", "failed", "expired", "cancelled")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--result", type=Path, required=True)
    asked = parser.parse_args()
    meter = Meter()
    with meter.step("start-up"):
        import litellm  # excluded from the rates, like every import
        from litellm.batches import batch_utils

        litellm.get_model_info(MODEL)
    provider: dict[str, Any] = {"custom_llm_provider": "openai", "api_base": asked.url, "api_key": "sandbox"}
    with meter.step("build"):
        content = b"".join(_line(row) for row in read_rows(asked.rows))
    with meter.step("submit"):
        file = litellm.create_file(file=("requests.jsonl", io.BytesIO(content)), purpose="batch", **provider)
        batch = litellm.create_batch(
            completion_window="24h", endpoint="/v1/chat/completions", input_file_id=file.id, **provider
        )
    with meter.step("wait"):
        while (batch := litellm.retrieve_batch(batch_id=batch.id, **provider)).status not in _FINAL:
            time.sleep(_POLL_SECONDS)
    with meter.step("collect"):
        received = litellm.file_content(file_id=batch.output_file_id, **provider).content
        lines = [json.loads(line) for line in received.splitlines()]
        answers = {line["custom_id"]: line["response"]["body"]["choices"][0]["message"]["content"] for line in lines}
    with meter.step("cost"):
        bill = asyncio.run(batch_utils.calculate_batch_cost_and_usage(lines, "openai"))
    meter.write(asked.result, answered=len(answers), cost_usd=bill.cost)


def _line(row: dict[str, str]) -> bytes:
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": row["question"]}]
    body = {"model": MODEL, "messages": messages, "temperature": 0, "max_completion_tokens": MAX_OUTPUT_TOKENS}
    request = {"custom_id": row["id"], "method": "POST", "url": "/v1/chat/completions", "body": body}
    return json.dumps(request).encode() + b"\n"


if __name__ == "__main__":
    main()
