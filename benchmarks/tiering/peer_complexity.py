"""LiteLLM's complexity router: its rule score of every prompt. Runs in the peer's environment; nothing to train."""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    from litellm.router_strategy.complexity_router import ComplexityRouter

    router = ComplexityRouter("peer", None)  # scores without asking any model of a router
    asked = json.load(sys.stdin)
    answers = []
    started, scored = time.process_time(), 0
    for split in asked:
        answers.append([router.classify(prompt)[1] for prompt in split["test"]])
        scored += len(split["test"])
    json.dump({"scores": answers, "per_second": scored / (time.process_time() - started)}, sys.stdout)


if __name__ == "__main__":
    main()
