"""Redis: MSET to fill, MGET in pipelines to look up. Runs in the peer's environment. Prints one line of JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.cache_lookup.keys import answer_to, peak_megabytes, read_keys

KEYS_PER_COMMAND = 1_000


def main() -> None:
    import redis

    folder, server = Path(sys.argv[1]), redis.Redis.from_url(sys.argv[2])
    started = time.perf_counter()
    for keys in read_keys(folder / "cached"):
        with server.pipeline(transaction=False) as pipeline:
            for some in _commands(keys):
                pipeline.mset({key: answer_to(key) for key in some})
            pipeline.execute()
    loaded, busy, found = time.perf_counter(), time.process_time(), 0
    for keys in read_keys(folder / "asked"):
        with server.pipeline(transaction=False) as pipeline:
            for some in _commands(keys):
                pipeline.mget(some)
            found += sum(answer is not None for answers in pipeline.execute() for answer in answers)
    seconds, busy = time.perf_counter() - loaded, time.process_time() - busy
    memory: Any = server.info("memory")
    peak = peak_megabytes() + memory["used_memory_peak"] / 2**20
    print(json.dumps({"found": found, "seconds": seconds, "cpu": busy, "load": loaded - started, "peak": peak}))


def _commands(keys: list[bytes]) -> Iterator[list[bytes]]:
    for first in range(0, len(keys), KEYS_PER_COMMAND):
        yield keys[first : first + KEYS_PER_COMMAND]


if __name__ == "__main__":
    main()
