"""Writes a copy of published results in which answers show what was masked in their own rows."""

from __future__ import annotations

from nightshift.batch import schemas
from nightshift.batch.publication.sorted_source import SortedSource
from nightshift.batch.publication.unmasking import unmask_answers
from nightshift.batch.services import Services
from nightshift.batch.steps.publish import manifest_uri, read_manifest
from nightshift.batch.vault import open_vault, originals
from nightshift.errors import InvalidSpec
from nightshift.storage.lake import check_uri


def unmask_results(services: Services, run_id: str, output: str) -> int:
    """How many answers were restored. Raises InvalidSpec for a run without results, and where the vault is erased."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    job = services.job(run_id)
    uri = check_uri(output, field="output")
    _check(services, run_id, manifest_uri(job), uri)
    vault = open_vault(services, job)
    if vault is None:
        raise InvalidSpec(
            "its policy keeps nothing of what it masks",
            field="run_id",
            value=run_id,
            limit="`masking: vault` in the guardrail policy that the run was admitted under",
            way_out="none for this run; change the policy for the next one",
        )
    as_json = job.prompt.config.answer.format == "json"
    source = SortedSource(services.lake, read_manifest(services, job)["results"]["uri"])
    restored = 0
    with services.lake.create(uri) as path, pq.ParquetWriter(path, schemas.results(), compression="zstd") as writer:
        for last, found in originals(services, job, vault):
            before = source.take(last)
            after = unmask_answers(before, found, as_json=as_json)
            restored += pc.sum(pc.fill_null(pc.not_equal(before["answer"], after["answer"]), False)).as_py() or 0
            writer.write_table(after)
    return restored


def _check(services: Services, run_id: str, manifest: str, output: str) -> None:
    if not services.lake.exists(manifest):
        raise InvalidSpec(
            "the run has not published results", field="run_id", value=run_id, way_out="wait until it is published"
        )
    if services.lake.exists(output):
        raise InvalidSpec(
            "the file exists; results are never overwritten",
            field="output",
            value=output,
            limit="a file that does not exist yet",
            way_out="choose another name",
        )
