"""What another guardrail policy would have done to the rows and answers of an earlier run. Changes nothing.

Both policies are asked as they judge today, so that a difference is the policy's and no newer detector's; what data
stewards decided stays out of it. Counts and ids only: no text leaves the input and the provider's result lines.
Checks that ask a model ask it again, and what that costs is in no ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

import orjson
from sqlalchemy import select

from nightshift.batch.answers.judging import Answered, Judge
from nightshift.batch.bundling.membership import read_requests
from nightshift.batch.bundling.unbundling import parts
from nightshift.batch.job import ResolvedJob
from nightshift.batch.policy_comparison import Change, Compared, Said, changed
from nightshift.batch.remote_checks import RemoteChecks
from nightshift.batch.review.originals import original_chunks
from nightshift.batch.review.reviews import NO_REVIEWS
from nightshift.batch.screening import RowScreening
from nightshift.batch.services import Services
from nightshift.batch.shards.planning import prepared_chunks, user_texts
from nightshift.batch.shards.writer import rows_uri
from nightshift.errors import InvalidSpec
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.guardrails.remote import Remote
from nightshift.providers.port import RowResult
from nightshift.storage.tables import Run, RunState, Shard

SHOWN = 20
CHUNK_ANSWERS = 2_000


@dataclass(frozen=True)
class DryRun:
    """The report. `shown` are the first changes, the file `changes_uri` has all of them."""

    run_id: str
    policy_before: str
    policy_after: str
    input: Compared
    output: Compared
    unkept_answers: int  # answers of shards whose result lines were not kept
    shown: list[Change]
    report_uri: str
    changes_uri: str

    def as_json(self) -> dict[str, Any]:
        """Everything but the changes."""
        return {
            "run_id": self.run_id,
            "policy": {"before": self.policy_before, "after": self.policy_after},
            "input": self.input.as_json(),
            "output": self.output.as_json(),
            "unkept_answers": self.unkept_answers,
            "report_uri": self.report_uri,
            "changes_uri": self.changes_uri,
        }


def dry_run(services: Services, run_id: str, policy: GuardrailPolicy) -> DryRun:
    """Compares `policy` with the one that the run had. Raises InvalidInput where the run's input is gone or changed."""
    job = services.job(run_id)
    folder = ("dry_runs", policy.digest[:12])
    report_uri, changes_uri = (services.run_folder(run_id, *folder, name) for name in ("report.json", "changes.jsonl"))
    comparison = _Comparison(services, job, job.model_copy(update={"guardrails": policy}))
    shown: list[Change] = []
    with services.lake.create(changes_uri) as path, path.open("wb") as file:
        for change in comparison.changes():
            _write(file, change)
            if len(shown) < SHOWN:
                shown.append(change)
    report = DryRun(
        run_id, job.guardrails.digest, policy.digest, comparison.input, comparison.output, comparison.unkept, shown,
        report_uri, changes_uri,
    )  # fmt: skip
    with services.lake.create(report_uri) as path:
        path.write_bytes(orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2))
    return report


def latest_run(services: Services, application: str) -> str:
    """The application's run that was published last. Raises InvalidSpec where there is none."""
    query = select(Run.run_id).where(Run.application == application, Run.state == RunState.PUBLISHED)
    with services.database.transaction() as session:
        found = session.scalars(query.order_by(Run.finished_at.desc(), Run.run_id)).first()
    if found is None:
        raise InvalidSpec(
            "it has no published run",
            field="application",
            value=application,
            way_out="name a run, or run a job of the application first",
        )
    return found


class _Comparison:
    """Two jobs that differ in their guardrails only."""

    def __init__(self, services: Services, before: ResolvedJob, after: ResolvedJob) -> None:
        self._services, self._job, self._after = services, before, after
        self.input, self.output, self.unkept = Compared(), Compared(), 0

    def changes(self) -> Iterator[Change]:
        yield from self._input_changes()
        yield from self._output_changes()

    def _input_changes(self) -> Iterator[Change]:
        before, after = (RowScreening(job, None, NO_REVIEWS, self._remote(job)) for job in (self._job, self._after))
        for chunk in original_chunks(self._services, self._job):
            for row, one, other in zip(chunk, before.screen(chunk), after.screen(chunk), strict=True):
                if one is None or other is None:  # rejected for what is wrong with the row itself
                    continue
                was, would = Said.of(one.told, one.variables), Said.of(other.told, other.variables)
                if self.input.add(was, would):
                    yield changed("input", row.request_id, row.row_number, was, would)

    def _output_changes(self) -> Iterator[Change]:
        """Of every answer that a model gave in the run, whether it was used in the end or not."""
        run_id = self._job.run_id
        with self._services.database.transaction() as session:
            query = select(Shard).where(Shard.run_id == run_id, Shard.answers_uri.is_not(None))
            shards = list(session.scalars(query.order_by(Shard.wave, Shard.number, Shard.attempt)))

        def questions(rows: list[int]) -> dict[int, str]:
            return user_texts(self._services, run_id, rows)

        judges = (
            Judge(self._job, questions, self._remote(self._job)),
            Judge(self._after, questions, self._remote(self._after)),
        )
        for shard in shards:
            if shard.result_uris is None:
                self.unkept += shard.answered
                continue
            as_json = self._job.prompt.config.answer.schema_ is not None
            for answers in _answers(self._services, shard, as_json):
                yield from self._judged(judges, answers, shard.wave)

    def _remote(self, job: ResolvedJob) -> Remote:
        """In no ledger: the run's reservation is closed."""
        return RemoteChecks(self._services, job.spec.application, job.application, datetime.now(UTC))

    def _judged(self, judges: tuple[Judge, Judge], answers: list[Answered], wave: int) -> Iterator[Change]:
        ids: dict[int, str] = {}
        for answer, one, other in zip(answers, *(judge.judge(answers) for judge in judges), strict=True):
            if one.guardrails is None or other.guardrails is None:  # an empty answer is not screened
                continue
            was, would = Said.of(one.guardrails, one.answer), Said.of(other.guardrails, other.answer)
            if self.output.add(was, would):
                ids = ids or self._request_ids(answers)
                yield changed("output", ids[answer.row_number], answer.row_number, was, would, wave)

    def _request_ids(self, answers: list[Answered]) -> dict[int, str]:
        numbers = {answer.row_number for answer in answers}
        within = (min(numbers), max(numbers))
        found: dict[int, str] = {}
        columns = ["row_number", "request_id"]
        for _, _, table in prepared_chunks(self._services, self._job.run_id, columns, within):
            pairs = zip(table["row_number"].to_pylist(), table["request_id"].to_pylist(), strict=True)
            found |= {row: request_id for row, request_id in pairs if row in numbers}
        return found


def _answers(services: Services, shard: Shard, as_json: bool) -> Iterator[list[Answered]]:
    """Each row's first usable answer in the provider's result lines, in chunks."""
    provider, seen, chunk = services.provider(shard.provider, shard.region), set[int](), list[Answered]()
    requests = read_requests(services, rows_uri(shard.request_uri))
    known = set(requests.numbers)
    with ExitStack() as stack:
        for uri in shard.result_uris or []:
            for line in stack.enter_context(services.lake.open(uri)):
                result = provider.parse(line)
                if result is None or result.error is not None or not result.custom_id.isdecimal():
                    continue
                number = int(result.custom_id)
                if number in seen or number not in known:
                    continue
                seen.add(number)
                found = parts(result, requests, as_json=as_json)
                chunk += [_answered(part.result) for part in found if part.doubt is None]
                if len(chunk) >= CHUNK_ANSWERS:
                    yield chunk
                    chunk = []
    if chunk:
        yield chunk


def _answered(result: RowResult) -> Answered:
    return Answered(int(result.custom_id), result.answer, result.finish_reason)


def _write(file: IO[bytes], change: Change) -> None:
    file.write(orjson.dumps(change, option=orjson.OPT_APPEND_NEWLINE))
