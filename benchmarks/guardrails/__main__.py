"""`python -m benchmarks.guardrails`: how good the checks are on what they have not seen, next to the peers.

Injection and harm: every public source is left out of the training once and scored by that model. Personal data and
secrets: nothing is trained, so all rows count; the synthetic texts are made anew from a seed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.guardrails import located_checks, report, scored_checks, speed
from benchmarks.guardrails.data import DATA, Marked, marked, missing, synthetic
from benchmarks.guardrails.peers import ROOT

_WORK = ROOT / ".nightshift" / "benchmarks"
_SEED = 7


def main() -> None:
    asked = _parser().parse_args()
    if problem := missing(asked.data):
        print(problem)
        return
    environments = asked.work / "environments"
    environments.mkdir(parents=True, exist_ok=True)
    for task in scored_checks.TASKS:
        _show(task, report.scored(list(scored_checks.measure(task, asked.data, environments, asked.quick))))
    entities = frozenset(located_checks.ENTITIES)
    _located("personal data: development data", marked(asked.data, entities), environments)
    try:
        texts = synthetic(_SEED, entities, asked.quick)
    except ModuleNotFoundError as error:
        print(f"skipped: synthetic texts need {error.name}, which is not installed", file=sys.stderr)
    else:
        _located("personal data and secrets: synthetic texts", texts, environments)
    _show("all input checks through the command line", speed.table(asked.data, environments, asked.quick))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guardrails", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the development data")
    parser.add_argument("--quick", action="store_true", help="fewer texts, and only sources that nothing learns from")
    parser.add_argument("--work", type=Path, default=_WORK, help="folder for the peers' environments")
    return parser


def _located(title: str, texts: list[Marked], environments: Path) -> None:
    _show(title, report.located(texts, list(located_checks.measure(texts, environments))))


def _show(title: str, tables: str) -> None:
    print(f"\n## {title}\n\n{tables}", flush=True)


if __name__ == "__main__":
    main()
