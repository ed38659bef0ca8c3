"""What a program would do that keeps its cache in memory: one dictionary. Prints one line of JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.cache_lookup.keys import answer_to, peak_megabytes, read_keys


def main() -> None:
    folder = Path(sys.argv[1])
    started = time.perf_counter()
    answers = {key: answer_to(key) for keys in read_keys(folder / "cached") for key in keys}
    loaded, busy, found = time.perf_counter(), time.process_time(), 0
    for keys in read_keys(folder / "asked"):
        found += sum(answer is not None for answer in map(answers.get, keys))
    seconds, busy = time.perf_counter() - loaded, time.process_time() - busy
    measured = {"found": found, "seconds": seconds, "cpu": busy, "load": loaded - started, "peak": peak_megabytes()}
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
