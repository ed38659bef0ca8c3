"""prompt-inject-detect, a rule-based detector of injections. In the peer's environment."""

from __future__ import annotations

from prompt_inject_detect import scan

from benchmarks.guardrails.worker import serve

if __name__ == "__main__":
    serve(lambda text: {"injection": scan(text).risk_score})
