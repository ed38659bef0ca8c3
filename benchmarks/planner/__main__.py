"""Packs every mix under every provider's limits, ours next to the peer. Exit code 1 where ours needs too many files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import yaml
from numpy.typing import NDArray

from benchmarks.planner import peer
from benchmarks.planner.mixes import MIXES, Mix, Sizes
from benchmarks.throughput.meter import Meter, Step
from nightshift.batch.shards.packing import FileLimits, Packer
from nightshift.batch.shards.planning import BYTES_PER_TOKEN
from nightshift.model_registry.capabilities import find_capabilities
from nightshift.settings import include_folder

ROWS = 10_000_000
CHUNK = 25_000  # rows that the pack step hands over at once: one prepared slice
QUOTA = 20_000_000  # enqueued tokens
MOST = 1.02  # times the lower bound
HEADER = (
    f"{'mix':<22} {'limits':<22} {'bound':>6} | {'files':>6} {'ratio':>6} {'waste %':>7} {'s':>6} {'MB':>5}"
    f" | {'peer':>6} {'ratio':>6} {'waste %':>7} {'s':>6}"
)


@dataclass(frozen=True)
class Load:
    """The rows of one mix and how they add up."""

    sizes: Sizes
    tokens: NDArray[np.int32]

    def fullness(self, limits: FileLimits) -> float:
        """How many files' worth of the scarcest limit the rows take up."""
        parts = [len(self.sizes) / limits.max_requests, int(self.sizes.sum(dtype=np.int64)) / limits.max_bytes]
        if limits.max_tokens is not None:
            parts.append(int(self.tokens.sum(dtype=np.int64)) / limits.max_tokens)
        return max(parts)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"request sizes per mix, by default {ROWS:,}")
    rows = parser.parse_args().rows
    print(f"{rows:,} request sizes per mix\n\n{HEADER}\n{'-' * len(HEADER)}")
    verdicts = [_measure(mix, rows) for mix in MIXES]
    if not all(verdicts):
        sys.exit(f"more than {MOST} times the lower bound")


def _limits() -> Iterator[tuple[str, FileLimits]]:
    """The limits of each provider on record, and one provider's with a quota of enqueued tokens on top."""
    recorded = yaml.safe_load((include_folder() / "models" / "providers.yaml").read_text(encoding="utf-8"))
    batch = {name: find_capabilities(name).batch for name in recorded["providers"]}
    for name, limits in batch.items():
        yield name, FileLimits.of(limits, None)
    name = next(name for name, limits in batch.items() if limits is not None)
    yield f"{name}, {QUOTA // 10**6}M tokens", FileLimits.of(batch[name], QUOTA)


def _measure(mix: Mix, rows: int) -> bool:
    """Prints one line per provider; whether ours is near enough to the lower bound in all of them."""
    sizes = mix.draw(rows)
    load = Load(sizes, -(-sizes // BYTES_PER_TOKEN))
    verdicts = []
    for name, limits in _limits():
        meter = Meter()
        with meter.step("ours"):
            ours = _pack(load, limits)
        with meter.step("peer"):
            theirs = peer.count_files(load.sizes, load.tokens, limits)
        fullness = load.fullness(limits)
        bound = int(np.ceil(fullness))
        verdicts.append(ours <= max(MOST * bound, bound + 1))  # one file more is above 2 % only where there are few
        print(
            f"{mix.name:<22} {name:<22} {bound:>6} | {_figures(ours, bound, fullness, meter.steps['ours'])}"
            f" {meter.steps['ours'].peak_mb:>5.0f} | {_figures(theirs, bound, fullness, meter.steps['peer'])}"
            f"{'' if mix.judged else '  not judged'}",
            flush=True,
        )
    return all(verdicts) or not mix.judged


def _pack(load: Load, limits: FileLimits) -> int:
    packer = Packer(limits)
    for start in range(0, len(load.sizes), CHUNK):
        sizes, tokens = load.sizes[start : start + CHUNK], load.tokens[start : start + CHUNK]
        numbers = np.arange(start, start + len(sizes))
        packer.add(numbers, sizes.astype(np.int64), tokens.astype(np.int64))
    packer.finish()
    return packer.files


def _figures(files: int, bound: int, fullness: float, step: Step) -> str:
    return f"{files:>6} {files / bound:>6.3f} {100 * (1 - fullness / files):>7.2f} {step.wall:>6.2f}"


if __name__ == "__main__":
    main()
