"""Questions of MMLU (with and without their options) and of GSM8K."""

from __future__ import annotations

import json
from pathlib import Path

ROUTING = Path(__file__).parents[3] / "shared" / "data" / "routing"
_FIRST_OPTION = "\nA. "


def questions() -> list[str]:
    """Distinct, in a fixed order: of MMLU every other one without its options."""
    found: list[str] = []
    for number, prompt in enumerate(_prompts("mmlu_dev.jsonl")):
        stem, _, _ = prompt.partition(_FIRST_OPTION)
        found.append(stem if number % 2 else prompt.removesuffix("\nAnswer:"))
    return list(dict.fromkeys(text for text in [*found, *_prompts("gsm8k_dev.jsonl")] if len(text.split()) >= 4))


def _prompts(name: str) -> list[str]:
    path = ROUTING / name
    if not path.exists():
        raise SystemExit(f"{name} is not beside the project (../shared/data/routing); the benchmark needs it")
    return [json.loads(line)["prompt"] for line in path.read_text().splitlines()]
