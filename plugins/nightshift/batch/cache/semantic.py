"""Answers to rows that asked the same in other words. Off unless a threshold was learnt for the prompt.

Texts of the same meaning are found by one join of their keys (texts.py); only these few are embedded and compared.
Where the embedding cannot be had, the run goes on without the semantic cache and says so: its rows are asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nightshift.batch.analytics import parquet_list, quoted
from nightshift.batch.cache.lookup import Cached
from nightshift.batch.cache.semantic_setting import OFF
from nightshift.batch.cache.texts import read_open_texts, texts_uri
from nightshift.batch.embeddings.asking import embedding_of_run
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.errors import BudgetExceeded, Misconfigured, NightshiftError, ProviderUnavailable
from nightshift.similarity.embedding import Embedding, word_vectors
from nightshift.similarity.matching import Matcher
from nightshift.similarity.threshold import LearntThreshold

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

log = logging.getLogger(__name__)

_NOTE = "semantic_cache_off.txt"
_BATCH = 4_096
_MOST_CANDIDATES = 4  # cached texts that are compared with one row


def is_used(job: ResolvedJob) -> bool:
    """Where the reference decides which model answers, it is part of the question, and no text tells it."""
    return job.semantic_cache is not None and job.prompt.config.cache_days > 0 and not job.reference_decides


def find_similar(
    engine: duckdb.DuckDBPyConnection,
    services: Services,
    job: ResolvedJob,
    folder: str,
    segments: list[str],
    found: Cached,
    most_for_answers: Callable[[], int],
) -> Cached:
    """Adds to `hits` and to the files of cached answers what texts of the same meaning were answered.

    Reads the tables `pending`, `repeated`, `leaders` and `hits` of steps/pack.py; `found` is what the exact cache had.
    An embedding model is asked only with what the run's budget has beyond the answers of all rows.
    """
    threshold = job.semantic_cache
    readable = [uri for uri in segments if services.lake.exists(texts_uri(uri))] if is_used(job) else []
    if threshold is None or not readable:
        return found
    read_open_texts(engine, services, job)
    try:
        matcher = Matcher(_embedding(services, job, most_for_answers))
        similar = _similar(engine, services, readable, matcher, threshold)
    except (ProviderUnavailable, Misconfigured, BudgetExceeded) as error:
        if job.semantic_embedding is None:
            raise
        _note_off(services, folder, job.semantic_embedding.model, error)
        return found
    if not similar.num_rows:
        return found
    engine.register("alike_rows", similar)
    engine.execute("CREATE TABLE alike AS SELECT * FROM alike_rows")
    engine.unregister("alike_rows")
    with services.lake.create(f"{folder}/cached-{found.files:05d}.parquet") as path:
        engine.execute(f"COPY ({_answers(services, readable, threshold)}) TO {quoted(path)} (FORMAT parquet)")
        rows = engine.execute(f"SELECT count(*) FROM read_parquet({quoted(path)})").fetchone()
    engine.execute("INSERT INTO hits SELECT request_key, leader FROM alike")
    return Cached(found.rows + int(rows[0] if rows else 0), found.files + 1)


def alert_of(services: Services, folder: str | None) -> str | None:
    """Why the semantic cache went off when the run was packed, if it did; `folder` is what packing found."""
    uri = f"{folder}/{_NOTE}"
    if folder is None or not services.lake.exists(uri):
        return None
    with services.lake.open(uri) as file:
        return file.read().decode()


def _note_off(services: Services, folder: str, model: str, error: NightshiftError) -> None:
    # By their contract, messages of providers name neither texts nor credentials.
    told = f"{OFF} for this run, its rows were asked: no embeddings of {model}: {error}"
    log.warning("%s", told)
    with services.lake.create(f"{folder}/{_NOTE}") as path:
        path.write_text(told)


def _embedding(services: Services, job: ResolvedJob, most_for_answers: Callable[[], int]) -> Embedding:
    found = job.semantic_embedding
    return word_vectors() if found is None else embedding_of_run(services, job, found, most_for_answers())


def _similar(
    engine: duckdb.DuckDBPyConnection,
    services: Services,
    segments: list[str],
    matcher: Matcher,
    threshold: LearntThreshold,
) -> pa.Table:
    """(request_key, leader, place, cached_key, similarity): the best cached text of each row that has one."""
    import pyarrow as pa

    best: dict[int, tuple[Any, ...]] = {}
    batches: Any = engine.cursor().sql(_candidates(services, segments)).to_arrow_reader(_BATCH)
    for batch in batches:
        lines = list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        cosines = matcher.similarities([(text, other) for *_, text, other in lines]).tolist()
        for (key, leader, place, cached_key, _, _), cosine in zip(lines, cosines, strict=True):
            if cosine >= threshold.threshold and cosine > best.get(leader, (None,) * 4 + (-1.0,))[4]:
                best[leader] = (key, leader, place, cached_key, cosine)
    schema = pa.schema(
        [
            ("request_key", pa.binary(16)),
            ("leader", pa.int64()),
            ("place", pa.int64()),
            ("cached_key", pa.binary(16)),
            ("similarity", pa.float64()),
        ]
    )
    columns = list(zip(*best.values(), strict=True)) or [()] * len(schema)
    return pa.table([pa.array(values, kind.type) for values, kind in zip(columns, schema, strict=True)], schema=schema)


def _candidates(services: Services, segments: list[str]) -> str:
    """SQL: pairs of texts of which one key is the other's own; the newest segments first."""
    files = parquet_list(services.lake, [texts_uri(uri) for uri in segments])
    return f"""
        WITH old AS (SELECT *, file_index AS place FROM read_parquet({files}, union_by_name = true)),
        keyed AS (
            SELECT place, request_key, own_key AS key, true AS own FROM old
            UNION ALL SELECT place, request_key, unnest(other_keys), false FROM old
        ),
        wanted AS (
            SELECT row_number AS leader, own_key AS key, true AS own FROM texts
            UNION ALL SELECT row_number, unnest(other_keys), false FROM texts
        ),
        pairs AS (
            SELECT DISTINCT leader, place, keyed.request_key AS cached_key
            FROM wanted JOIN keyed ON wanted.key = keyed.key AND (wanted.own OR keyed.own)
        ),
        chosen AS (
            SELECT * FROM pairs
            QUALIFY row_number() OVER (PARTITION BY leader ORDER BY place, cached_key) <= {_MOST_CANDIDATES}
        )
        SELECT texts.request_key, chosen.leader, chosen.place, chosen.cached_key, texts.text, old.text
        FROM chosen JOIN texts ON texts.row_number = chosen.leader
        JOIN old ON old.request_key = chosen.cached_key AND old.place = chosen.place
        ORDER BY chosen.leader, chosen.place
    """


def _answers(services: Services, segments: list[str], threshold: LearntThreshold) -> str:
    """SQL: each row with the answer of its similar text, and why it may have it."""
    files = parquet_list(services.lake, segments)
    explained = f"'semantic cache: similarity ' || format('{{:.3f}}', similarity) || ' ({threshold.explanation})'"
    return f"""
        SELECT pending.row_number, entry.* EXCLUDE (place) REPLACE (
            CASE WHEN pending.row_number = alike.leader THEN entry.paid ELSE 0 END AS paid,
            pending.request_key AS request_key,
            concat_ws('; ', entry.route_reason, {explained}) AS route_reason
        )
        FROM alike
        JOIN (SELECT * FROM pending ANTI JOIN repeated USING (row_number)) pending
            ON pending.request_key = alike.request_key
        JOIN (SELECT *, file_index AS place FROM read_parquet({files}, union_by_name = true)) entry
            ON entry.request_key = alike.cached_key AND entry.place = alike.place
        ORDER BY pending.row_number
    """
