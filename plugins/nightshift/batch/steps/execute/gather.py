"""What a shard has brought, in one form, whether through a batch API or in real time."""

from __future__ import annotations

import logging

from nightshift.batch.answers.reading import Gathered
from nightshift.batch.answers.reconciling import Billed
from nightshift.batch.services import Services
from nightshift.batch.steps.execute.lots import LotFiles
from nightshift.errors import ResultsLost
from nightshift.providers.port import BatchProvider, BatchState, BatchStatus
from nightshift.storage.tables import Shard

log = logging.getLogger(__name__)

# Codes with which a provider fails a whole batch although the batch is fine: later it will take it.
_LATER = frozenset({"token_limit_exceeded", "rate_limit_exceeded"})


def gather(services: Services, shard: Shard) -> Gathered:
    """Everything the provider has for us, kept in the lake as it came: evidence for a dispute about the bill."""
    if shard.mode == "realtime":
        return LotFiles(services, shard).gathered()
    assert shard.batch_id is not None
    provider = services.batches(shard.provider, shard.region)
    status = provider.status(shard.batch_id)
    found = [_fetch(services, provider, shard, file_id) for file_id in status.result_files]
    return Gathered(
        outcome=status.state.value,
        result_uris=[uri for uri in found if uri is not None],
        executed=status.done,
        bill=Billed(*_usage(status)) if status.usage is not None else None,
        problems={item.line: item.code for item in status.problems if item.line and 0 < item.line <= shard.requests},
        refusal=_refusal(shard, status),
        later=_comes_later(status),
        batch_id=shard.batch_id,
    )


def _usage(status: BatchStatus) -> tuple[int, int, int]:
    assert status.usage is not None
    return status.usage.input_tokens, status.usage.cached_input_tokens, status.usage.output_tokens


def _refusal(shard: Shard, status: BatchStatus) -> str | None:
    blamed = [item for item in status.problems if item.line and 0 < item.line <= shard.requests]
    if status.state is not BatchState.FAILED or blamed or _comes_later(status):
        return None
    codes = sorted({problem.code for problem in status.problems})
    return f"{shard.provider} refused batch {shard.batch_id} ({shard.model}): {', '.join(codes) or 'no reason'}"


def _comes_later(status: BatchStatus) -> bool:
    codes = {problem.code for problem in status.problems}
    return status.state is BatchState.FAILED and bool(codes) and codes <= _LATER


def _fetch(services: Services, provider: BatchProvider, shard: Shard, file_id: str) -> str | None:
    name = f"{shard.batch_id}-{file_id}".replace("/", "_").replace(":", "_")
    uri = services.run_folder(shard.run_id, "provider_results", f"{name}.jsonl")
    if not services.lake.exists(uri):
        try:
            with services.lake.create(uri) as path, path.open("wb") as target:
                provider.download(file_id, target)
        except ResultsLost as error:
            log.error("shard %s: %s", shard.shard_id, error)
            return None
    return uri
