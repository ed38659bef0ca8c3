"""`python -m benchmarks.trigger_lag`: many triggers wait in one triggerer; prints by how much its event loop lags."""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.throughput import peers
from benchmarks.trigger_lag.subjects import REGION, SUBJECTS, Subject, connections
from nightshift.providers.credentials import Credentials
from nightshift.providers.port import BatchProvider, Handover, Target
from nightshift.providers.registry import open_provider
from nightshift.sandbox import control
from nightshift.sandbox.service import Options

_ROOT = Path(__file__).resolve().parents[2]
_WORK = _ROOT / ".nightshift" / "benchmarks"
_REQUIREMENTS = {"openai_provider": Path(__file__).parent, "llm_batch": Path(peers.__file__).parent}
_BATCH_SECONDS = 24 * 3600.0  # no batch ends while we measure

# A request file per API, as small as it takes: what is in a batch does not matter to who waits for it.
_CHAT = (
    b'{"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-4o-mini-2024-07-18", \
"messages": [{"role": "user", "content": "1?"}]}}\n'
)
_RECORD = b'{"recordId": "%011d", "modelInput": {"messages": [{"role": "user", "content": [{"text": "1?"}]}]}}\n'
_FILES = {
    "openai": ("gpt-4o-mini-2024-07-18", "global", _CHAT),
    "bedrock": ("amazon.nova-lite-v1:0", REGION, b"".join(_RECORD % number for number in range(100))),
}


def main() -> None:
    asked = _parser().parse_args()
    for folder in (asked.work, asked.json.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=asked.work, prefix="run-") as name:
        here = Path(name)
        running = control.start(here / "sandbox", 0, Options(batch_seconds=_BATCH_SECONDS))
        try:
            measured = _measure_all(asked, here, running.url)
        finally:
            control.stop(here / "sandbox")
    print(_table(measured, asked))
    asked.json.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    print(f"\nwritten to {asked.json}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trigger_lag", description=__doc__)
    parser.add_argument("--shards", type=int, default=200, help="triggers that wait at once")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the waiting is watched")
    parser.add_argument("--poll-seconds", type=float, default=5.0, help="pause between two looks at a batch")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="only our trigger")
    parser.add_argument("--work", type=Path, default=_WORK, help="folder for environments and working files")
    parser.add_argument("--json", type=Path, default=_WORK / "trigger_lag.json", help="file for the figures")
    return parser


def _measure_all(asked: argparse.Namespace, here: Path, url: str) -> list[dict[str, Any]]:
    subjects = [item for item in SUBJECTS if asked.peers or item.environment is None]
    batches = {api: _submit(api, url, asked.shards) for api in dict.fromkeys(item.api for item in subjects)}
    return [_measure(subject, asked, here, url, batches[subject.api]) for subject in subjects]


def _submit(api: str, url: str, count: int) -> list[str]:
    model, region, content = _FILES[api]
    provider = open_provider(api, Credentials("sandbox", url, sandbox=True, login="sandbox"), region)
    assert isinstance(provider, BatchProvider)
    keys = [sha256(b"%d" % number).hexdigest() for number in range(count)]
    return [provider.submit(io.BytesIO(content), Handover(Target(model), key, "benchmark")) for key in keys]


def _measure(subject: Subject, asked: argparse.Namespace, here: Path, url: str, batches: list[str]) -> dict[str, Any]:
    """One subject in a triggerer of its own."""
    print(f"{subject.name}: {len(batches)} triggers", file=sys.stderr)
    python = Path(sys.executable)
    if subject.environment is not None:
        python = peers.interpreter(subject.environment, asked.work / "environments", _REQUIREMENTS[subject.environment])
    folder = Path(tempfile.mkdtemp(dir=here))
    given, result = folder / "batches.json", folder / "result.json"
    given.write_text(json.dumps(batches), encoding="utf-8")
    command = [
        python, "-m", "benchmarks.trigger_lag.triggerer", "--subject", subject.name, "--batches", given,
        "--poll-seconds", str(asked.poll_seconds), "--seconds", str(asked.seconds),
        "--arrival-seconds", str(2 * asked.poll_seconds), "--result", result,
    ]  # fmt: skip
    ended = subprocess.run(command, cwd=_ROOT, env=_environment(folder, url), capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(f"{subject.name}: {(ended.stdout + ended.stderr)[-3000:]}")
    found = json.loads(result.read_text(encoding="utf-8"))
    return {
        "subject": subject.name,
        **{phase: _figures(found[phase], len(batches)) for phase in ("arrival", "waiting")},
    }


def _environment(folder: Path, url: str) -> dict[str, str]:
    """Every path of state leads into the measurement's own folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NIGHTSHIFT_", "AIRFLOW_"))}
    return {
        **inherited,
        **connections(url),
        "PYTHONPATH": os.pathsep.join([str(_ROOT), str(_ROOT / "plugins")]),
        "NIGHTSHIFT_HOME": str(folder / "home"),
        "NIGHTSHIFT_SANDBOX_URL": url,
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }


def _figures(found: dict[str, Any], triggers: int) -> dict[str, float]:
    """Milliseconds of lag, and per second and trigger what the process did for it."""
    lags = sorted(1e3 * lag for lag in found["lags"])
    percentiles = statistics.quantiles(lags, n=100)
    return {
        "p50_ms": percentiles[49],
        "p99_ms": percentiles[98],
        "max_ms": lags[-1],
        "blocked_share": sum(lags) / 1e3 / found["seconds"],
        "cpu_s": found["cpu"],
        "looks_per_trigger": found["looks"] / triggers,
        "looked_at": found["looked_at"],
        "cpu_ms_per_look": 1e3 * found["cpu"] / max(found["looks"], 1),
    }


_COLUMNS = {
    "p50 ms": ("p50_ms", ".1f"), "p99 ms": ("p99_ms", ".1f"), "max ms": ("max_ms", ".0f"),
    "late %": ("blocked_share", ".1%"), "CPU s": ("cpu_s", ".1f"), "looks each": ("looks_per_trigger", ".1f"),
    "looked at": ("looked_at", ".0f"), "CPU ms/look": ("cpu_ms_per_look", ".1f"),
}  # fmt: skip


def _table(measured: list[dict[str, Any]], asked: argparse.Namespace) -> str:
    titles = {
        "arrival": f"arrival: the first {2 * asked.poll_seconds:g} s after {asked.shards} triggers came at once",
        "waiting": f"waiting: the {asked.seconds:g} s after that, a look every {asked.poll_seconds:g} s",
    }
    lines = []
    for phase, title in titles.items():
        lines += ["", title, f"{'':<22}" + "".join(f"{column:>12}" for column in _COLUMNS)]
        for item in measured:
            figures = (f"{item[phase][name]:>12{form}}" for name, form in _COLUMNS.values())
            lines.append(f"{item['subject']:<22}" + "".join(figures))
    return "\n".join([*lines, *_ratios(measured)])


def _ratios(measured: list[dict[str, Any]]) -> list[str]:
    ours, *others = (item for item in measured if "bedrock" not in item["subject"])
    return ["", *(f"{item['subject']}: {_times(item, ours)}" for item in others)] if others else []


def _times(item: dict[str, Any], ours: dict[str, Any]) -> str:
    waiting, arrival = (item[phase]["p99_ms"] / ours[phase]["p99_ms"] for phase in ("waiting", "arrival"))
    return f"lag p99 {waiting:.1f} times ours while waiting, {arrival:.1f} times on arrival"


if __name__ == "__main__":
    main()
