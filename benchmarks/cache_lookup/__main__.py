"""`python -m benchmarks.cache_lookup`: keys per second and peak memory, ours, a dictionary's and Redis's."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.cache_lookup.keys import write_keys
from benchmarks.cache_lookup.ours import write_rows, write_segments
from benchmarks.cache_lookup.redis_server import URL_SETTING, redis_url
from benchmarks.throughput.peers import interpreter

SEGMENTS = (1, 30)  # one night that asked everything, and a month of nights
GOAL = 1024  # megabytes
_HERE = Path(__file__).parent
_WORK = Path(".nightshift") / "benchmarks"
Measured = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="keys in the cache, and keys that are looked up")
    parser.add_argument("--work", type=Path, default=_WORK, help="folder for working files and the peer's environment")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=asked.work, prefix="cache-lookup-") as name:
        measured, left_out = _measure(Path(name).resolve(), asked.rows, asked.work)
    print(_table(measured, asked.rows))
    if left_out:
        print(left_out)
    sys.exit(_judge(measured, asked.rows))


def _measure(folder: Path, rows: int, work: Path) -> tuple[dict[str, Measured], str | None]:
    write_keys(folder, rows)
    write_rows(folder)
    measured = {}
    for segments in SEGMENTS:
        paths = write_segments(folder, segments)
        name = f"nightshift, {segments} segment{'s' if segments > 1 else ''}"
        measured[name] = _run(sys.executable, "ours", str(folder), json.dumps([str(path) for path in paths]))
        for path in paths:
            path.unlink()
    measured["dictionary"] = _run(sys.executable, "dictionary", str(folder))
    with redis_url(folder) as url:
        if url is None:
            return measured, f"Redis was left out: no redis-server on the path, and {URL_SETTING} is not set"
        python = interpreter("redis", work / "environments", _HERE)
        measured["Redis MGET"] = _run(str(python), "peer_redis", str(folder), url)
    return measured, None


def _run(python: str, module: str, *arguments: str) -> Measured:
    """In a process of its own, so that the peak is its own too."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_HERE.parents[1] / "plugins"), "OMP_NUM_THREADS": "1"}
    command = [python, "-m", f"benchmarks.cache_lookup.{module}", *arguments]
    done = subprocess.run(command, cwd=_HERE.parents[1], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: Measured = json.loads(done.stdout.splitlines()[-1])
    return found


def _table(measured: dict[str, Measured], rows: int) -> str:
    ours = next(iter(measured.values()))["seconds"]
    headings = ("fill s", "look up s", "CPU s", "keys/s", "with filling", "peak MB", "times ours")
    lines = [f"{rows:,} keys looked up in a cache of {rows:,}", " " * 26 + "".join(f"{item:>13}" for item in headings)]
    for name, found in measured.items():
        rate, filled = rows / found["seconds"], rows / (found["seconds"] + found["load"])
        times = f"{found['load']:13.1f}{found['seconds']:13.1f}{found['cpu']:13.1f}"
        lines.append(
            f"  {name:24}{times}{rate:13,.0f}{filled:13,.0f}{found['peak']:13,.0f}{ours / found['seconds']:13.2f}"
        )
    return "\n".join(lines)


def _judge(measured: dict[str, Measured], rows: int) -> int:
    """The exit code: every side found the same, and ours stayed below the goal."""
    assert {found["found"] for found in measured.values()} == {rows // 2}
    peak = max(found["peak"] for name, found in measured.items() if name.startswith("nightshift"))
    print(f"peak memory of our look-up (goal: {GOAL:,} MB): {peak:,.0f} MB: {'met' if peak < GOAL else 'missed'}")
    return 0 if peak < GOAL else 1


if __name__ == "__main__":
    main()
