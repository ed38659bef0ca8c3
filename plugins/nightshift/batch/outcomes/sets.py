"""The index of outcome rows: which there are, of what, and where. Reading is bounded, so that admission may do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pydantic import ValidationError
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from nightshift.batch.outcomes.rows import CollectedOutcome
from nightshift.batch.services import Services
from nightshift.errors import Misconfigured, StateConflict
from nightshift.storage.tables import OutcomeSet, VaultKey

MOST_ROWS = 20_000  # what one reading gives; the newest ones
MOST_BYTES = 64_000_000  # of one file


def read_outcome_sets(
    services: Services,
    application: str,
    prompt: str | None = None,
    light: str | None = None,
    premium: str | None = None,
    *,
    sandbox: str | None = None,
    prompt_digest: str | None = None,
    sampled: bool = True,
    opinions: tuple[str, ...] = (),
) -> list[CollectedOutcome]:
    """Outcome rows, newest first, one per prompt text (a sampled one before any that is not); what is None is not asked
    for.

    `prompt` is `name@version`, or a name for all versions; with `prompt_digest` only rows of this very text, since
    somebody may have edited the version. `sandbox` is what the job's sandbox answers with: rows of
    another one, or of real models, are not mixed with these. `sampled`: only rows that prove something. With `opinions`
    (models in the order in which they are asked), only rows that have all of them, and these alone; else rows come
    without opinions. Where rows were graded against a reference, only such rows come: agreement with premium is
    another measure.
    """
    found: dict[str, CollectedOutcome] = {}
    for row in _rows(services, _sets(application, prompt, light, premium, sandbox, prompt_digest), sampled):
        known = found.get(row.prompt)
        if known is not None and (known.sampled or not row.sampled):
            continue
        if (fitting := _with_opinions(row, opinions)) is not None:
            found[row.prompt] = fitting
        if len(found) >= MOST_ROWS:
            break
    rows = list(found.values())
    graded = [row for row in rows if row.graded]
    return graded or rows


def _sets(
    application: str,
    prompt: str | None,
    light: str | None,
    premium: str | None,
    sandbox: str | None,
    digest: str | None,
) -> Any:
    name, _, version = (prompt or "").partition("@")
    wanted = {"prompt": name, "prompt_version": version, "light_model": light, "premium_model": premium}
    query = select(OutcomeSet.uri, OutcomeSet.sampled_rows).where(
        OutcomeSet.application == application,
        OutcomeSet.rows > 0,
        # A file's rows are nobody's run: whoever imports them says what they are good for.
        or_(OutcomeSet.run_id.is_(None), OutcomeSet.sandbox == (sandbox or "")),
    )
    for column, value in wanted.items():
        if value:
            query = query.where(getattr(OutcomeSet, column) == value)
    if digest is not None:
        query = query.where(or_(OutcomeSet.prompt_digest.is_(None), OutcomeSet.prompt_digest == digest))
    return query.order_by(OutcomeSet.created_at.desc(), OutcomeSet.set_id)


def _rows(services: Services, query: Any, sampled: bool) -> Iterator[CollectedOutcome]:
    with services.database.transaction() as session:
        sets = session.execute(query).all()
    for uri, sampled_rows in sets:
        # A file that an operator has removed teaches nothing any more.
        if uri is None or not services.lake.exists(uri) or (sampled and not sampled_rows):
            continue
        with services.lake.open(uri) as lines:
            for number, line in enumerate(islice(lines, sampled_rows if sampled else None), 1):
                yield _row(line, uri, number)


def _row(line: bytes, uri: str, number: int) -> CollectedOutcome:
    try:
        return CollectedOutcome.model_validate_json(line)
    except ValidationError:  # not as the cause: it quotes the prompt
        raise Misconfigured(
            f"line {number} of {uri} is no outcome row; way out: put the file back as it was, or remove it: what it "
            "taught is then forgotten"
        ) from None


def _with_opinions(row: CollectedOutcome, models: tuple[str, ...]) -> CollectedOutcome | None:
    if not models:
        return row.model_copy(update={"opinions": ()}) if row.opinions else row
    by_model = {opinion.model: opinion for opinion in row.opinions}
    if any(model not in by_model for model in models):
        return None
    return row.model_copy(update={"opinions": tuple(by_model[model] for model in models)})


def write_rows(
    services: Services, new: OutcomeSet, rows: Iterable[CollectedOutcome], most_bytes: int = MOST_BYTES
) -> None:
    """Fills the set's file and its counts; a set without rows has no file. Sampled rows must come first."""
    uri, content, counts = new.uri, [], [0, 0, 0]
    size = 0
    for row in rows:
        line = row.line()
        size += len(line)
        if size > most_bytes:
            break
        content.append(line)
        counts = [counts[0] + 1, counts[1] + row.sampled, counts[2] + row.graded]
    new.rows, new.sampled_rows, new.graded_rows = counts
    new.uri = uri if content else None
    if content and uri:
        with services.lake.create(uri) as path, path.open("wb") as file:
            file.writelines(content)


def add(services: Services, new: OutcomeSet) -> None:
    """Puts the set into the index. Of a run whose vault was erased meanwhile, nothing is kept."""
    erased = False
    try:
        with services.database.transaction() as session:
            # Locked: an erasure either waits and finds the set, or was first and is seen here.
            key = session.get(VaultKey, new.run_id, with_for_update=True) if new.run_id else None
            erased = key is not None and key.erased_at is not None
            if erased:
                new.rows = new.sampled_rows = new.graded_rows = 0
            session.add(new)
    except IntegrityError as error:
        raise StateConflict(f"somebody else has collected {new.set_id}; look again") from error
    if erased:
        _blank(services, new.uri)


def forget(services: Services, set_id: str) -> bool:
    """Erases a set's rows; whether there were any. The set stays in the index, so that they do not come back."""
    with services.database.transaction() as session:
        found = session.get(OutcomeSet, set_id, with_for_update=True)
        if found is None or found.uri is None:
            return False
        uri = found.uri
        found.rows = found.sampled_rows = found.graded_rows = 0
    _blank(services, uri)
    return True


def new_set(set_id: str, **columns: str | None) -> OutcomeSet:
    return OutcomeSet(set_id=set_id, rows=0, sampled_rows=0, graded_rows=0, created_at=datetime.now(UTC), **columns)


def _blank(services: Services, uri: str | None) -> None:
    if uri is not None and services.lake.exists(uri):
        with services.lake.create(uri) as path:
            path.write_bytes(b"")
