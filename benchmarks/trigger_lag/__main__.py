"""`python -m benchmarks.trigger_lag`: many triggers wait in one triggerer; prints by how much its event loop lags."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from benchmarks.throughput import peers
from benchmarks.trigger_lag import report
from benchmarks.trigger_lag.subjects import REGION, SUBJECTS, Subject, connections
from nightshift.providers.credentials import Credentials
from nightshift.providers.port import BatchProvider, Handover, Target
from nightshift.providers.registry import open_provider
from nightshift.sandbox import control
from nightshift.sandbox.service import Options

_ROOT = Path(__file__).resolve().parents[2]
_WORK = _ROOT / ".nightshift" / "benchmarks"
_REQUIREMENTS = {"openai_provider": Path(__file__).parent, "llm_batch": Path(peers.__file__).parent}
_ANSWER_SECONDS = (0.0, 0.2)  # at once, as on one machine; and as a provider on another continent
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
            batches = _submit_all(asked, running.url)
            measured = []
            for answer_seconds in asked.answer_seconds or _ANSWER_SECONDS:
                _slow_down(running.url, answer_seconds)
                for subject in _subjects(asked):
                    measured.append(_measure(subject, asked, here, running.url, batches[subject.api], answer_seconds))
                    asked.json.write_text(json.dumps(measured, indent=1), encoding="utf-8")
        finally:
            control.stop(here / "sandbox")
    print(report.table(measured))
    print(f"\nwritten to {asked.json}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trigger_lag", description=__doc__)
    parser.add_argument("--shards", type=int, default=200, help="triggers that wait at once")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the waiting is watched")
    parser.add_argument("--poll-seconds", type=float, default=5.0, help="pause between two looks at a batch")
    parser.add_argument(
        "--answer-seconds", type=float, action="append",
        help="how long the provider takes to say how a batch is; may be given several times",
    )  # fmt: skip
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="only our trigger")
    parser.add_argument("--work", type=Path, default=_WORK, help="folder for environments and working files")
    parser.add_argument("--json", type=Path, default=_WORK / "trigger_lag.json", help="file for the figures")
    return parser


def _subjects(asked: argparse.Namespace) -> list[Subject]:
    return [item for item in SUBJECTS if asked.peers or item.environment is None]


def _submit_all(asked: argparse.Namespace, url: str) -> dict[str, list[str]]:
    return {api: _submit(api, url, asked.shards) for api in dict.fromkeys(item.api for item in _subjects(asked))}


def _slow_down(url: str, seconds: float) -> None:
    """From here on each look at a batch is answered within so many seconds, as over a network."""
    rules = [{"fault": "slow_drip", "on": name, "seconds": seconds} for name in ("batches.retrieve", "jobs.get")]
    httpx.post(f"{url}/sandbox/faults", json=rules if seconds else []).raise_for_status()


def _submit(api: str, url: str, count: int) -> list[str]:
    model, region, content = _FILES[api]
    provider = open_provider(api, Credentials("sandbox", url, sandbox=True, login="sandbox"), region)
    assert isinstance(provider, BatchProvider)
    keys = [sha256(b"%d" % number).hexdigest() for number in range(count)]
    return [provider.submit(io.BytesIO(content), Handover(Target(model), key, "benchmark")) for key in keys]


def _measure(
    subject: Subject, asked: argparse.Namespace, here: Path, url: str, batches: list[str], answer_seconds: float
) -> dict[str, Any]:
    """One subject in a triggerer of its own."""
    print(f"{subject.name}: {len(batches)} triggers, answers in {answer_seconds:g} s", file=sys.stderr)
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
        "answer_seconds": answer_seconds,
        **{phase: report.figures(found[phase], len(batches)) for phase in ("arrival", "waiting")},
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


if __name__ == "__main__":
    main()
