"""Prompt, model and limits that all sides use, and the policies that ours needs on top."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

MODEL = "gpt-4o-mini-2024-07-18"
SYSTEM = "You answer letters of customers. Say in one sentence what should be done next."
MAX_OUTPUT_TOKENS = 120
NAME = "throughput"

# The budget is never the limit here: a million rows at full answer length are estimated at less than 200 USD.
_FILES = {
    f"policies/applications/{NAME}.yaml": f"""\
team: platform
cost_centre: CC-0000
models: [gpt-4o-mini-2024-07-18, gpt-4o-2024-08-06]
prompts: [{NAME}]
regions: [global]
guardrails: default
""",
    f"budgets/{NAME}.yaml": 'monthly_usd: "100000.00"\n',
    f"prompts/{NAME}/labels.yaml": "production: 1.0.0\n",
    f"prompts/{NAME}/v1.0.0/config.yaml": f"""\
description: Made by the benchmark.
owner: platform
variables:
  question:
    description: The letter.
parameters:
  temperature: 0
  max_output_tokens: {MAX_OUTPUT_TOKENS}
""",
    f"prompts/{NAME}/v1.0.0/system.txt": SYSTEM,
    f"prompts/{NAME}/v1.0.0/user.txt": "{{ question }}",
    f"prompts/{NAME}/v1.0.0/examples.json": "[]",
    f"prompts/{NAME}/v1.0.0/tests.json": "[]",
}


def write_include(include: Path, folder: Path) -> None:
    """A copy of the project's include/ with an application, a budget and a prompt of the benchmark's own."""
    shutil.copytree(include, folder)
    for name, content in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def write_spec(path: Path, rows: Path) -> None:
    """The job: every row through the default tiers, nothing graded."""
    spec = {
        "prompt": f"{NAME}@production",
        "input": {"uri": str(rows), "id": "id", "variables": {"question": "question"}},
        "application": NAME,
        "tiers": "default",
        "budget_usd": "10000",
        "deadline": "12h",
    }
    path.write_text(json.dumps(spec), encoding="utf-8")
