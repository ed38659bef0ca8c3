"""Polls the same jobs of a sandbox by boto3 in threads and by aiobotocore, each in a process of its own.

lag p99: by how much a sleep of a millisecond overslept; stall: the longest such lag in a round, median of all rounds;
CPU: of all threads, for one look at one job; MB: what the process holds on top of the benchmark's own imports.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import psutil

from nightshift.providers.bedrock import BedrockProvider
from nightshift.providers.credentials import Credentials
from nightshift.providers.port import Handover, Target
from nightshift.sandbox import control
from nightshift.sandbox.service import Options

Look = Callable[[str], Awaitable[Any]]
REGION = "us-east-1"
TICK = 0.001
RECORDS = b"".join(
    b'{"recordId": "%011d", "modelInput": {"messages": [{"role": "user", "content": [{"text": "%d?"}]}]}}\n' % (n, n)
    for n in range(100)
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bedrock_polling", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=20, help="how often every job is looked at")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        url, jobs = json.load(sys.stdin)
        asyncio.run(_rounds(asked.way, url, jobs, asked.rounds))
        return
    with tempfile.TemporaryDirectory() as folder:
        sandbox = control.start(Path(folder), 0, Options())
        try:
            jobs = _start_jobs(sandbox.url, asked.jobs)
            print(
                f"{'way':<20} {'lag p99 ms':>10} {'stall ms':>10} {'CPU ms/look':>11} {'s/round':>8} {'MB':>6}",
                flush=True,
            )
            for name in WAYS:
                _in_own_process(name, sandbox.url, jobs, asked.rounds)
        finally:
            control.stop(Path(folder))


def _start_jobs(url: str, count: int) -> list[str]:
    httpx.post(f"{url}/sandbox/faults", json=[{"fault": "slow_batch", "seconds": 3600}]).raise_for_status()
    provider = BedrockProvider(_credentials(url), REGION)
    keys = [sha256(b"%d" % number).hexdigest() for number in range(count)]
    target = Target("amazon.nova-lite-v1:0")
    return [provider.submit(io.BytesIO(RECORDS), Handover(target, key, "benchmark")) for key in keys]


def _credentials(url: str) -> Credentials:
    return Credentials("secret", url, sandbox=True, login="sandbox")


def _in_own_process(name: str, url: str, jobs: list[str], rounds: int) -> None:
    # A new interpreter: what one way has imported must not count for the other.
    command = [sys.executable, "-m", __spec__.name.removesuffix(".__main__"), "--way", name, "--rounds", str(rounds)]
    subprocess.run(command, input=json.dumps([url, jobs]), text=True, check=True)


async def _rounds(name: str, url: str, jobs: list[str], rounds: int) -> None:
    before = _held_mb()
    async with AsyncExitStack() as stack:
        look = await WAYS[name](url, stack)
        await asyncio.gather(*(look(job) for job in jobs))  # connections and caches are warm from here on
        lags: list[float] = []
        stalls: list[float] = []
        watch = asyncio.create_task(_watch(lags))
        begun, cpu = time.perf_counter(), time.process_time()
        for _ in range(rounds):
            seen = len(lags)
            await asyncio.gather(*(look(job) for job in jobs))
            await asyncio.sleep(0)  # for the watch to note the end of a stall
            stalls.append(max(lags[seen:], default=0.0))
        cpu, seconds = time.process_time() - cpu, time.perf_counter() - begun
        watch.cancel()
    p99 = statistics.quantiles(lags, n=100)[98]
    lag, stall, per_look = p99 * 1e3, statistics.median(stalls) * 1e3, cpu / (rounds * len(jobs)) * 1e3
    held = _held_mb() - before
    print(f"{name:<20} {lag:>10.1f} {stall:>10.1f} {per_look:>11.2f} {seconds / rounds:>8.2f} {held:>6}", flush=True)


async def _watch(lags: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK)
        lags.append(time.perf_counter() - before - TICK)


def _held_mb() -> int:
    # Not the peak: a child's starts at its parent's.
    return psutil.Process().memory_info().rss >> 20


async def _boto3_in_threads(threads: int, url: str, stack: AsyncExitStack) -> Look:
    import boto3  # type: ignore[import-untyped]
    from botocore.config import Config  # type: ignore[import-untyped]

    session = boto3.session.Session("sandbox", "secret", region_name=REGION)
    config = Config(max_pool_connections=threads, proxies={})
    client = session.client("bedrock", endpoint_url=url, config=config)
    pool = stack.enter_context(ThreadPoolExecutor(threads))
    loop = asyncio.get_running_loop()
    return lambda job: loop.run_in_executor(pool, lambda: client.get_model_invocation_job(jobIdentifier=job))


async def _aiobotocore(connections: int, url: str, stack: AsyncExitStack) -> Look:
    from aiobotocore.config import AioConfig
    from aiobotocore.session import get_session

    client = await stack.enter_async_context(
        get_session().create_client(
            "bedrock",
            region_name=REGION,
            endpoint_url=url,
            aws_access_key_id="sandbox",
            aws_secret_access_key="secret",
            config=AioConfig(max_pool_connections=connections, proxies={}),
        )
    )

    async def look(job: str) -> Any:
        return await client.get_model_invocation_job(jobIdentifier=job)

    return look


WAYS: dict[str, Callable[[str, AsyncExitStack], Awaitable[Look]]] = {
    "boto3, 4 threads": lambda url, stack: _boto3_in_threads(4, url, stack),
    "boto3, 16 threads": lambda url, stack: _boto3_in_threads(16, url, stack),
    "aiobotocore, 4": lambda url, stack: _aiobotocore(4, url, stack),
    "aiobotocore, 16": lambda url, stack: _aiobotocore(16, url, stack),
    "aiobotocore, 200": lambda url, stack: _aiobotocore(200, url, stack),
}

if __name__ == "__main__":
    main()
