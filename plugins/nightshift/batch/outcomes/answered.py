"""The rows of a run that both its first and its last tier have answered, each with all of its answers.

A row whose first and last tier were both asked in the first wave was chosen before any answer was known: a trial row,
or an opinion that was asked for beside. Such rows are `sampled`; all others are here because a light answer was poor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from sqlalchemy import select

from nightshift.batch.analytics import analytics, parquet_list
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.batch.steps.escalate import answers_of
from nightshift.errors import Misconfigured
from nightshift.storage.tables import Slice

if TYPE_CHECKING:
    import duckdb

MOST_ROWS = 20_000  # of each sort, of one run; what is taken from a larger one is a sample
_AT_ONCE = 500


class Answer(NamedTuple):
    """`text` is what may be published of it: masked; None where there is nothing."""

    verdict: str
    text: str | None
    reading: str | None
    cost: int  # picodollars


@dataclass(frozen=True)
class AnsweredRow:
    """`prompt` is the user text as the models saw it; `answers` by tier."""

    prompt: str = field(repr=False)
    reference: str | None = field(repr=False)
    sampled: bool
    answers: dict[int, Answer] = field(repr=False)


def answered_rows(services: Services, job: ResolvedJob) -> Iterator[AnsweredRow]:
    """Sampled rows first; within each sort in an order that has nothing to do with the rows.

    Raises Misconfigured where the run's working files cannot be read.
    """
    import duckdb

    answers = answers_of(services, job.run_id)
    if not answers or len(job.tiers) < 2:
        return
    with analytics(services.lake) as engine:
        try:
            _open(engine, services, job, answers)
            _pick(engine, len(job.tiers) - 1)
            found = engine.execute(_PICKED_ROWS)
            while rows := found.fetchmany(_AT_ONCE):
                yield from (_row(*row) for row in rows)
        except duckdb.Error as error:  # not as the cause: it may quote a value
            raise Misconfigured(
                f"the working files of run {job.run_id} cannot be read ({type(error).__name__}); way out: put them "
                "back, or remove them: the run then teaches nothing"
            ) from None


def _open(engine: duckdb.DuckDBPyConnection, services: Services, job: ResolvedJob, answers: list[str]) -> None:
    """Views `answers` and `prepared`. Only answers of each tier's first deployment: the others may be other models,
    and an outcome row names one model per tier."""
    prepared = prepared_of(services, job.run_id)
    first = ", ".join(str(place) for place, route in enumerate(job.routes) if route.deployment == 0)
    engine.execute(
        f"CREATE VIEW answers AS SELECT * FROM read_parquet({parquet_list(services.lake, answers)}) "
        f"WHERE route IN ({first});"
        f"CREATE VIEW prepared AS SELECT * FROM read_parquet({parquet_list(services.lake, prepared)});"
    )


def _pick(engine: duckdb.DuckDBPyConnection, last_tier: int) -> None:
    """Table `picked`. The last tier is asked least, so it is looked at first."""
    engine.execute(
        """
        CREATE TABLE premium AS
            SELECT row_number, min(wave) AS wave FROM answers WHERE tier = $last GROUP BY row_number;
        """,
        {"last": last_tier},
    )
    engine.execute(
        """
        CREATE TABLE picked AS SELECT row_number, sampled, place FROM (
            SELECT *, row_number() OVER (PARTITION BY sampled ORDER BY shuffled, row_number) AS place FROM (
                SELECT premium.row_number, md5(CAST(premium.row_number AS VARCHAR)) AS shuffled,
                       bool_or(premium.wave = 0 AND light.wave = 0) AS sampled
                FROM premium JOIN answers light ON light.row_number = premium.row_number AND light.tier = 0
                GROUP BY premium.row_number
            )
        ) WHERE place <= $most
        """,
        {"most": MOST_ROWS},
    )


_PICKED_ROWS = """
    SELECT prepared.user_json, prepared.reference, picked.sampled, asked.answers
    FROM picked JOIN prepared USING (row_number) JOIN (
        SELECT row_number, list({'tier': tier, 'verdict': verdict, 'text': answer, 'reading': reading, 'cost': cost})
                           AS answers
        FROM (SELECT * FROM answers SEMI JOIN picked USING (row_number)
              QUALIFY row_number() OVER (PARTITION BY row_number, tier ORDER BY wave) = 1)
        GROUP BY row_number
    ) asked USING (row_number)
    ORDER BY picked.sampled DESC, picked.place
"""


def _row(user_json: str, reference: str | None, sampled: bool, answers: list[dict[str, Any]]) -> AnsweredRow:
    by_tier = {one["tier"]: Answer(one["verdict"], one["text"], one["reading"], one["cost"]) for one in answers}
    return AnsweredRow(orjson.loads(user_json), reference, sampled, by_tier)


def prepared_of(services: Services, run_id: str) -> list[str]:
    """URIs of a run's prepared files."""
    query = select(Slice.prepared_uri).where(Slice.run_id == run_id).order_by(Slice.number)
    with services.database.transaction() as session:
        return [uri for uri in session.scalars(query) if uri]
