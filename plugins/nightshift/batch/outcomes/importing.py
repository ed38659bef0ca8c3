"""Outcome rows from files: evaluation cases, exports of other systems, and whatever lies in include/outcomes/."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from nightshift.batch.outcomes.rows import CollectedOutcome
from nightshift.batch.outcomes.sets import MOST_BYTES, add, new_set, write_rows
from nightshift.batch.services import Services
from nightshift.errors import InvalidInput, InvalidSpec
from nightshift.model_registry.applications import find_application
from nightshift.model_registry.catalogue import find_model
from nightshift.prompts.repository import resolve
from nightshift.settings import include_folder
from nightshift.storage.tables import OutcomeSet
from nightshift.tiering.outcomes import Name, name_of, opened, parsed

_LACKED = "{} for all lines that lack it (docs/tier_learning.md)"
_WAYS_OUT = {
    "application": _LACKED.format("--application NAME"),
    "prompt_name": _LACKED.format("--prompt NAME@VERSION"),
    "prompt_version": _LACKED.format("--prompt NAME@VERSION"),
    "light_model": _LACKED.format("--light MODEL"),
    "premium_model": _LACKED.format("--premium MODEL"),
}


class ImportedOutcome(CollectedOutcome):
    """A row that says by itself what it is of. `sampled: true` is its author's word that the row was drawn as the job's
    rows are, and asked at all models whatever the light answer was: only then it proves anything."""

    application: str = Field(min_length=1)
    light_model: str = Field(min_length=1)
    premium_model: str = Field(min_length=1)
    prompt_name: Name = Field(min_length=1)
    prompt_version: Name = Field(min_length=1)


class _Of(NamedTuple):
    application: str
    prompt: str
    prompt_version: str
    light_model: str
    premium_model: str


@dataclass(frozen=True)
class Imported:
    """What one file has brought; no rows where the same file was imported before."""

    name: str
    rows: int


def import_included(services: Services) -> list[Imported]:
    """Every file of include/outcomes/."""
    return [import_outcomes(services, path) for path in sorted((include_folder() / "outcomes").glob("*.jsonl"))]


def import_outcomes(services: Services, path: Path, given: Mapping[str, object] | None = None) -> Imported:
    """Copies a file's rows into the lake, one set per application, prompt and pair of models.

    `given` are fields that the lines need not bring. The same content is imported once. Raises InvalidInput naming
    file, line, field, value and way out.
    """
    content = _read(path)
    groups: dict[_Of, list[ImportedOutcome]] = defaultdict(list)
    for row in parsed(content.splitlines(), name_of(path), ImportedOutcome, given or {}, _WAYS_OUT):
        groups[_of(row)].append(row)
    digest = hashlib.sha256(content + repr(sorted((given or {}).items())).encode()).hexdigest()[:16]
    for of in groups:
        _check(of)
    return Imported(path.name, sum(_keep(services, of, rows, digest) for of, rows in sorted(groups.items())))


def _keep(services: Services, of: _Of, rows: list[ImportedOutcome], digest: str) -> int:
    prompt_digest = _prompt_digest(of)
    place = hashlib.sha256("\x00".join((*of, prompt_digest or "")).encode()).hexdigest()[:8]
    set_id = f"file:{digest}-{place}"
    with services.database.transaction() as session:
        if session.get(OutcomeSet, set_id) is not None:
            return 0
    uri = services.lake.child("outcomes", "files", f"{digest}-{place}.jsonl")
    new = new_set(set_id, uri=uri, sandbox="", prompt_digest=prompt_digest, **of._asdict())
    write_rows(services, new, sorted(rows, key=lambda row: not row.sampled))
    add(services, new)
    return new.rows


def _of(row: ImportedOutcome) -> _Of:
    return _Of(row.application, row.prompt_name, row.prompt_version, row.light_model, row.premium_model)


def _prompt_digest(of: _Of) -> str | None:
    """Of the prompt as it is now: once it is edited, the rows say nothing of it. None where it is not here."""
    try:
        return resolve(f"{of.prompt}@{of.prompt_version}").digest
    except InvalidSpec:
        return None


def _check(of: _Of) -> None:
    """A misspelt name would teach nobody, silently."""
    find_application(of.application)
    find_model(of.light_model, field="light_model")
    find_model(of.premium_model, field="premium_model")


def _read(path: Path) -> bytes:
    try:
        with opened(path) as file:
            content = file.read()
    except OSError as error:
        raise InvalidInput(
            f"cannot be read ({error.strerror})", field=name_of(path), way_out="name a file of outcome rows"
        ) from error
    if len(content) > MOST_BYTES // 2:  # a row as it is kept is longer than one as it comes
        raise InvalidInput(
            "too much for one set",
            field=name_of(path),
            value=f"{len(content):,} bytes",
            limit=f"{MOST_BYTES // 2:,} bytes",
            way_out="split the file",
        )
    return content
