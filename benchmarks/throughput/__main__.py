"""`python -m benchmarks.throughput`: measures our pipeline and its peers, prints the tables, writes the JSON file."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.throughput import peers, report
from benchmarks.throughput.meter import peak_mb
from benchmarks.throughput.rows import write_rows
from benchmarks.throughput.stand_in import stand_in
from benchmarks.throughput.workload import write_include, write_spec

_ROOT = Path(__file__).resolve().parents[2]
_WORK = _ROOT / ".nightshift" / "benchmarks"
_USUAL, _FULL = (10_000, 100_000), (10_000, 100_000, 1_000_000)
_PEER_ROWS = (10_000, 50_000)  # one batch holds at most 50,000 requests, and neither peer splits


def main() -> None:
    asked = _parser().parse_args()
    sizes = asked.rows or (_FULL if asked.full else _USUAL)
    for folder in (asked.work, asked.json.parent):
        folder.mkdir(parents=True, exist_ok=True)
    measured = []
    with tempfile.TemporaryDirectory(dir=asked.work, prefix="run-") as name:
        for rows in sizes:
            measured.append(_measure("nightshift", rows, Path(name), asked.work))
        for peer in peers.PEERS if asked.peers else ():
            for rows in _PEER_ROWS:
                measured.append(_measure(peer, rows, Path(name), asked.work))
    print(report.tables(measured))
    asked.json.write_text(json.dumps(_content(measured), indent=1), encoding="utf-8")
    print(f"\nwritten to {asked.json}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__)
    parser.add_argument("--rows", type=int, action="append", help="size of our run; may be given several times")
    parser.add_argument("--full", action="store_true", help="10,000, 100,000 and 1,000,000 rows")
    parser.add_argument("--peers", action="store_true", help="also the peers, at 10,000 and 50,000 rows")
    parser.add_argument("--work", type=Path, default=_WORK, help="folder for environments and working files")
    parser.add_argument("--json", type=Path, default=_WORK / "throughput.json", help="file for the figures")
    return parser


def _measure(subject: str, rows: int, folder: Path, work: Path) -> dict[str, Any]:
    """One subject at one size, in a process of its own, on a sandbox of its own."""
    print(f"{subject}: {rows:,} rows", file=sys.stderr)
    python = Path(sys.executable) if subject == "nightshift" else peers.interpreter(subject, work / "environments")
    with tempfile.TemporaryDirectory(dir=folder) as name:
        here = Path(name)
        source, result = here / "rows.jsonl", here / "result.json"
        write_rows(source, rows)
        with stand_in(here / "sandbox") as served:
            command = _pipeline(here, source) if subject == "nightshift" else _peer(subject, source, served.url)
            subprocess.run(
                [python, "-m", *command, "--result", result], check=True, cwd=_ROOT, env=_environment(here, served.url)
            )
        measured = json.loads(result.read_text(encoding="utf-8"))
    return {
        "subject": subject, "rows": rows, "sandbox_peak_mb": served.peak_mb, "driver_peak_mb": peak_mb(), **measured
    }  # fmt: skip


def _pipeline(here: Path, source: Path) -> list[str | Path]:
    write_include(_ROOT / "include", here / "include")
    write_spec(here / "job.json", source)
    return ["benchmarks.throughput.pipeline", "--spec", here / "job.json"]


def _peer(peer: str, source: Path, url: str) -> list[str | Path]:
    return [peers.module_of(peer), "--rows", source, "--url", f"{url}/v1"]


def _environment(here: Path, url: str) -> dict[str, str]:
    """Every path of state leads into the measurement's own folder."""
    connection = {"conn_type": "pydanticai", "password": "sandbox", "host": f"{url}/v1"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NIGHTSHIFT_", "AIRFLOW_"))}
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join([str(_ROOT), str(_ROOT / "plugins")]),
        "NIGHTSHIFT_HOME": str(here / "home"),
        "NIGHTSHIFT_INCLUDE": str(here / "include"),
        "NIGHTSHIFT_SANDBOX_URL": url,
        "NIGHTSHIFT_POLL_SECONDS": "0.5",
        "AIRFLOW_HOME": str(here / "airflow"),
        "AIRFLOW_CONN_STAND_IN": json.dumps(connection),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # its bundled price list instead of a download
        "LITELLM_LOG": "ERROR",
    }


def _content(measured: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "machine": {"system": platform.platform(), "python": platform.python_version(), "cpus": os.cpu_count()},
        "ratios": report.ratios(measured),
        "memory_growth": report.memory_growth(measured),
        "measured": measured,
    }


if __name__ == "__main__":
    main()
