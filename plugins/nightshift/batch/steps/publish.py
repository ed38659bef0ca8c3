"""publish: results in input order, a receipt per row, the output gate, and one atomic switch: the manifest.

Readers trust a folder only when it has manifest.json, which is written last and names the digest of the results.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from nightshift.batch import gate, schemas
from nightshift.batch.cache import semantic
from nightshift.batch.cache.single_flight import alert_of
from nightshift.batch.job import ResolvedJob
from nightshift.batch.publication.answer_files import AnswerFiles
from nightshift.batch.publication.receipts import receipts
from nightshift.batch.publication.sorted_source import SortedSource
from nightshift.batch.publication.totals import Totals
from nightshift.batch.publication.unmasking import unmask_answers
from nightshift.batch.publication.window import Window, build
from nightshift.batch.remote_checks import unpriced_models
from nightshift.batch.services import Services
from nightshift.batch.shards.planning import prepared_tables
from nightshift.batch.side_calls.totals import SideCosts, side_costs
from nightshift.batch.vault import open_vault, originals
from nightshift.errors import InvalidSpec
from nightshift.storage.tables import Run

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def publish(services: Services, run_id: str) -> None:
    """Raises QualityGateFailed when the output gate stays closed; then nothing is published."""
    job = services.job(run_id)
    if not services.lake.exists(manifest_uri(job)):
        _publish(services, job)
    elif (found := read_manifest(services, job)["job"]["run_id"]) != run_id:
        raise InvalidSpec(
            f"the output folder holds the results of the run {found}",
            field="output",
            value=job.output_uri,
            way_out="start a new run with another output folder",
        )


def manifest_uri(job: ResolvedJob) -> str:
    return f"{job.output_uri}/manifest.json"


def read_manifest(services: Services, job: ResolvedJob) -> dict[str, Any]:
    """The published manifest."""
    with services.lake.open(manifest_uri(job)) as file:
        content: dict[str, Any] = orjson.loads(file.read())
    return content


def cache_uri(services: Services, run_id: str) -> str:
    return services.run_folder(run_id, "publication", "cache.parquet")


def _publish(services: Services, job: ResolvedJob) -> None:
    import pyarrow.parquet as pq

    totals, output_gate, measured = Totals(job, _side_costs(services, job)), gate.Gate("output"), []
    results = f"{job.output_uri}/results.parquet"
    with services.lake.create(results) as path, services.lake.create(cache_uri(services, job.run_id)) as cache_path:
        with (
            pq.ParquetWriter(path, schemas.results(), compression="zstd") as writer,
            pq.ParquetWriter(cache_path, schemas.cached(), compression="zstd") as cache_writer,
        ):
            for window, shown in _windows(services, job):
                table = shown(receipts(job, window))
                totals.add(window, table)
                measured.append(output_gate.measure(_gate_frame(table)))
                writer.write_table(table)
                cache_writer.write_table(_cacheable(window, table))
                _note_progress(services, job.run_id, totals.counts["input"])
        assertions = gate.decide("output", measured)
        digest, size = _digest(path)
    manifest = {
        "format": "nightshift results 1",
        "results": {"uri": results, "sha256": digest, "bytes": size, "rows": totals.counts["input"]},
        "job": job.model_dump(mode="json", by_alias=True, include={"run_id", "spec", "input_digest", "sandbox"}),
        "prompt": {"version": f"{job.prompt.name}@{job.prompt.version}", "digest": job.prompt.digest},
        "knowledge": job.knowledge_generation.model_dump(mode="json") if job.knowledge_generation else None,
        "models": {item.model: item.model_digest for item in job.deployments},
        "cascade": job.cascade.model_dump(mode="json"),
        "semantic_embedding": job.semantic_embedding.model_dump(mode="json") if job.semantic_embedding else None,
        "guardrails": {
            "policy": job.guardrails.digest,
            "models": job.guardrail_models,
            "not_priced": unpriced_models(job.guardrails),
        },
        "output_gate": assertions,
        "summary": totals.summary(f"{job.output_uri}/report.html", _alerts(services, job.run_id)),
    }
    with services.lake.create(manifest_uri(job)) as path:
        path.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))


def _side_costs(services: Services, job: ResolvedJob) -> list[SideCosts]:
    with services.database.transaction() as session:
        return side_costs(session, job.run_id)


def _windows(services: Services, job: ResolvedJob) -> Iterator[tuple[Window, Callable[[pa.Table], pa.Table]]]:
    """Each window of rows, and what its receipts go through before they are shown."""
    answers = AnswerFiles(services, job.run_id)
    with services.database.transaction() as session:
        packed = session.get_one(Run, job.run_id).packed_uri
    repeated = SortedSource(services.lake, f"{packed}/repeated.parquet")
    columns = [name for name in schemas.prepared().names if name != "user_json"]
    tables = prepared_tables(services, job.run_id, columns)
    for (_, last, prepared), shown in zip(tables, _unmasking(services, job), strict=False):
        yield build(prepared, answers.take(last), repeated.take(last), job), shown


def _unmasking(services: Services, job: ResolvedJob) -> Iterator[Callable[[pa.Table], pa.Table]]:
    vault = open_vault(services, job) if job.guardrails.unmask_answers else None
    if vault is None:
        return repeat(lambda table: table)
    as_json = job.prompt.config.answer.format == "json"
    return (partial(unmask_answers, originals=found, as_json=as_json) for _, found in originals(services, job, vault))


def _gate_frame(table: pa.Table) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.compute as pc

    answered = pc.equal(table["status"], "answered")
    explained = pc.if_else(answered, pc.is_valid(table["answer"]), pc.is_valid(table["reason"]))
    frame: pd.DataFrame = pa.table(
        {
            "status": table["status"],
            "unexplained": pc.if_else(explained, pa.scalar(None, pa.string()), table["request_id"]),
            "cost_usd": table["cost_usd"].cast(pa.float64()),
        }
    ).to_pandas()
    return frame


_KEPT = ("answer", "reading", "wave", "tier", "route", "route_reason", "input_tokens", "output_tokens")


def _cacheable(window: Window, table: pa.Table) -> pa.Table:
    """Accepted answers that this run asked for itself, under their request keys.

    Not those that another model was due to give: a run with more money or time would ask it.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    accepted = pc.and_(pc.equal(window.final["verdict"], "accepted"), pc.equal(window.final["origin"], 0))
    kept = pc.and_(pc.fill_null(accepted, False), pa.array(~window.unfinished))
    final = window.final
    columns = {
        "request_key": window.prepared["request_key"],
        "paid": pa.array(window.billed["cost"]),
        **{name: final[name] for name in _KEPT},
        "guardrails": final["guardrails"],
        "findings": final["findings"],
        "provider_batch_id": table["provider_batch_id"],
    }
    ordered = pa.table({name: columns[name] for name in schemas.cached().names}, schema=schemas.cached())
    return ordered.filter(kept)


def _note_progress(services: Services, run_id: str, rows: int) -> None:
    with services.database.transaction() as session:
        session.get_one(Run, run_id).published_rows = rows


def _alerts(services: Services, run_id: str) -> list[str]:
    """What came up on the way and must be said in the summary."""
    with services.database.transaction() as session:
        run = session.get_one(Run, run_id)
        found, packed = [run.deadline_alert, alert_of(session, run_id)], run.packed_uri
    return [text for text in (*found, semantic.alert_of(services, packed)) if text]


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
