"""Our side: the six steps of one job in this process, each measured. `python -m benchmarks.throughput.pipeline`.

The steps are called as nightshift.batch.runner calls them, except that submitting, waiting and collecting do not
overlap, so that each can be measured. NIGHTSHIFT_* in the environment says where the sandbox and the state are.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from benchmarks.throughput.meter import Meter

RUN = "throughput"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--spec", type=Path, required=True)
    parser.add_argument("--result", type=Path, required=True)
    asked = parser.parse_args()
    meter = Meter()
    with meter.step("start-up"):
        services = _start_up()
    summary = run(meter, services, asked.spec)
    meter.write(asked.result, answered=summary["rows"]["answered"], summary=summary)


def run(meter: Meter, services: Any, spec: Path) -> dict[str, Any]:
    """The whole job; returns its summary."""
    from nightshift.batch.spec import load_spec
    from nightshift.batch.steps.admit import admit
    from nightshift.batch.steps.escalate import escalate
    from nightshift.batch.steps.pack import pack
    from nightshift.batch.steps.prepare import Preparation, prepare_slice, slices_to_prepare
    from nightshift.batch.steps.publish import publish
    from nightshift.batch.steps.settle import settle

    with meter.step("admit"):
        job = admit(services, load_spec(spec), RUN)
    with meter.step("prepare"):
        preparation = Preparation.of(services, job)
        for number in slices_to_prepare(services, RUN):
            prepare_slice(services, preparation, number)
    with meter.step("pack"):
        pack(services, RUN)
    for wave in range(len(job.tiers)):
        _execute(meter, services, wave)
        with meter.step("escalate"):
            escalate(services, RUN, wave)
    with meter.step("publish"):
        publish(services, RUN)
    with meter.step("settle"):
        return settle(services, RUN)


def _start_up() -> Any:
    """Imports and the first use of what is slow to load; a worker process pays it once."""
    import duckdb  # noqa: F401
    import matplotlib.backends.backend_svg
    import matplotlib.figure  # noqa: F401
    import pandas as pd
    import pyarrow.parquet  # noqa: F401

    from nightshift.batch.gate import Gate
    from nightshift.batch.services import open_services

    Gate("input").measure(pd.DataFrame({"request_id": ["a"], "problem": [None]}))
    services = open_services()
    services.provider("openai", "global")
    return services


def _execute(meter: Meter, services: Any, wave: int) -> None:
    """Submits, awaits and collects a wave; in a run without faults no shard asks again."""
    from nightshift.batch.steps.execute.attempts import shards_to_execute
    from nightshift.batch.steps.execute.collect import collect_shard
    from nightshift.batch.steps.execute.submit import submit_shard

    shards = shards_to_execute(services, RUN, wave)
    with meter.step("submit"):
        batches = [submit_shard(services, shard).batch_id for shard in shards]
    with meter.step("wait"):
        asyncio.run(_wait(services, batches))
    with meter.step("collect"):
        left = [again for shard in shards if (again := collect_shard(services, shard))]
    assert not left, "a sandbox without faults answers every request"


async def _wait(services: Any, batches: list[str]) -> None:
    from nightshift.batch.steps.execute.wait import wait_for_batch
    from nightshift.settings import poll_seconds

    provider, deadline = services.batches("openai", "global"), services.job(RUN).deadline
    for batch in batches:
        await wait_for_batch(provider, batch, deadline, poll_seconds())


if __name__ == "__main__":
    main()
