"""admit: validate the spec, resolve it to digests, index the input, reserve the budget."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nightshift.batch.agreement.in_use import find_pair_check, with_pair_check
from nightshift.batch.bundling.admission import check_examples, find_bundling
from nightshift.batch.cache.semantic_setting import semantic_setting
from nightshift.batch.input.catalogue import resolve_files
from nightshift.batch.input.columns import ColumnMapping, InputLimits
from nightshift.batch.input.slicing import InputIndex, index
from nightshift.batch.job import ResolvedJob, ResolvedTier
from nightshift.batch.remote_checks import RemoteChecks, check_remote
from nightshift.batch.services import Services
from nightshift.batch.spec import JobSpec, deadline_of
from nightshift.batch.steps.resolve import resolve_tier
from nightshift.batch.steps.resolve_cascade import Asked, resolve_cascade
from nightshift.batch.tiering.policy import find_tier_policy
from nightshift.batch.vault import vault_key
from nightshift.errors import InvalidSpec, Misconfigured, RequestRejected, StateConflict
from nightshift.finops import budgets
from nightshift.finops.money import to_picodollars
from nightshift.guardrails.building import trained_models
from nightshift.guardrails.policy import find_policy
from nightshift.lineage import events
from nightshift.model_registry.applications import check_prompt, find_application
from nightshift.prompts.knowledge import present_generation
from nightshift.prompts.repository import resolve
from nightshift.prompts.template import check_mapping, compile_user_text
from nightshift.settings import slice_rows
from nightshift.storage.lake import check_uri
from nightshift.storage.tables import Run, RunState, Slice

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,159}")  # 200 characters are left for what is derived from it


def admit(services: Services, spec: JobSpec, run_id: str) -> ResolvedJob:
    """Returns the resolved job; a run that was admitted before keeps its first resolution.

    Raises RequestRejected (InvalidSpec, InvalidInput, NotEntitled, BudgetExceeded) when the job cannot run as asked.
    """
    if _is_admitted(services, run_id):
        return _admitted(services, spec, run_id)
    _check_run_id(run_id)
    job = _resolve(services, spec, run_id)
    check_examples(job)
    found = index(resolve_files(spec.input.uri), columns=columns_of(job), slice_rows=slice_rows(), limits=InputLimits())
    job = job.model_copy(update={"input_digest": found.digest})
    events.run_started(job)  # before the state changes: a kill in between repeats the event, never loses it
    try:
        _write_run(services, job, found)
    except RequestRejected as error:
        events.run_failed(job, type(error).__name__)
        raise
    except IntegrityError as error:  # the run's name or its output folder was taken at the same moment
        raise StateConflict(f"run {run_id} was admitted beside another one; try again to see which") from error
    return job


def _write_run(services: Services, job: ResolvedJob, found: InputIndex) -> None:
    key = vault_key(services, job)
    with services.database.transaction() as session:
        _check_unclaimed(session, job.output_uri)
        budgets.reserve(
            session, application=job.spec.application, run_id=job.run_id, amount=job.budget, at=job.admitted_at
        )
        session.add(
            Run(
                run_id=job.run_id,
                state=RunState.ADMITTED,
                application=job.spec.application,
                resolution=job.model_dump(mode="json", by_alias=True),
                deadline=job.deadline,
                output_uri=job.output_uri,
                input_rows=found.rows,
                created_at=job.admitted_at,
            )
        )
        session.flush()
        session.add_all(
            Slice(
                run_id=job.run_id, number=item.number, source=item.to_json(), first_row=item.first_row, rows=item.rows
            )
            for item in found.slices
        )
        if key is not None:
            session.add(key)


def _check_unclaimed(session: Session, output_uri: str) -> None:
    claimed = select(Run.run_id).where(
        Run.output_uri == output_uri, Run.state.not_in([RunState.REFUSED, RunState.CANCELLED])
    )
    if other := session.scalars(claimed).first():
        raise InvalidSpec(
            f"the output folder belongs to the run {other}",
            field="output",
            value=output_uri,
            limit="a folder that no other run publishes to",
            way_out="choose another folder, or leave `output` out",
        )


def columns_of(job: ResolvedJob) -> ColumnMapping:
    """Which columns of the input the job reads."""
    grader = job.spec.grader
    return ColumnMapping(
        id=job.spec.input.id,
        variables=dict(job.spec.input.variables),
        reference=grader.reference if grader else None,
    )


def _is_admitted(services: Services, run_id: str) -> bool:
    with services.database.transaction() as session:
        return session.get(Run, run_id) is not None


def _admitted(services: Services, spec: JobSpec, run_id: str) -> ResolvedJob:
    job = services.job(run_id)
    if job.spec != spec:
        raise InvalidSpec(
            "a run of this name exists for another job",
            field="run_id",
            value=run_id,
            way_out="choose another run id; the earlier run goes on with `nightshift batch resume`",
        )
    return job


def _check_run_id(run_id: str) -> None:
    if not _RUN_ID.fullmatch(run_id):
        raise InvalidSpec(
            "it names folders and batches, and cannot be used for that",
            field="run_id",
            value=run_id,
            limit="1 to 160 of A-Z, a-z, 0-9, `_`, `.` and `-`, beginning with a letter or digit",
            way_out="choose another run id",
        )


def _resolve(services: Services, spec: JobSpec, run_id: str) -> ResolvedJob:
    now = datetime.now(UTC)
    deadline = deadline_of(spec, now)
    prompt = resolve(spec.prompt)
    check_mapping(prompt, list(spec.input.variables))
    compile_user_text(prompt)
    _check_escalation(spec)
    application = find_application(spec.application)
    check_prompt(spec.application, application, prompt.name)
    guardrails = find_policy(application.guardrails, field="application")
    check_remote(guardrails, RemoteChecks(services, spec.application, application, now))
    policy = find_tier_policy(spec.tiers)
    tiers = tuple(resolve_tier(services, spec, prompt, application, tier, now) for tier in policy.tiers)
    sandbox, semantic = _sandbox(services, tiers), semantic_setting(services, spec, application, prompt, now)
    pair_check = find_pair_check(services, spec, application, policy.cascade, now)
    cascade = resolve_cascade(services, Asked(spec, prompt, policy, tiers, deadline - now, sandbox))
    return ResolvedJob(
        run_id=run_id,
        spec=spec,
        application=application,
        prompt=prompt,
        tier_policy=policy,
        tiers=tiers,
        cascade=with_pair_check(cascade, pair_check),
        bundling=find_bundling(spec, prompt, [item.model for tier in tiers for item in tier.deployments], sandbox),
        guardrails=guardrails,
        guardrail_models=trained_models(guardrails),
        knowledge_generation=present_generation(name) if (name := prompt.config.knowledge) else None,
        semantic_cache=semantic.threshold,
        semantic_cache_off=semantic.off_because,
        semantic_embedding=semantic.embedding,
        input_digest="",
        admitted_at=now,
        deadline=deadline,
        budget=to_picodollars(spec.budget_usd),
        output_uri=_free_output(services, spec, run_id),
        sandbox=sandbox,
    )


def _sandbox(services: Services, tiers: tuple[ResolvedTier, ...]) -> str | None:
    """What the sandbox answers with where any deployment is the sandbox."""
    answers = (services.sandboxed(item.provider, item.region) for tier in tiers for item in tier.deployments)
    return next(filter(None, answers), None)


def _check_escalation(spec: JobSpec) -> None:
    if "wrong" in spec.escalate_on and (spec.grader is None or spec.grader.reference is None):
        raise InvalidSpec(
            "wrong answers can only be told with a reference",
            field="escalate_on",
            value="wrong",
            limit="needs grader.reference",
            way_out="add `grader: {kind: numeric, reference: <column>}` or drop `wrong`",
        )


def _free_output(services: Services, spec: JobSpec, run_id: str) -> str:
    try:
        uri = check_uri(spec.output or services.lake.child("published", run_id), field="output").rstrip("/")
    except Misconfigured as error:
        raise InvalidSpec(
            "the scheme is not served",
            field="output",
            value=spec.output,
            limit="file:// or s3://",
            way_out="give a file:// or s3:// folder",
        ) from error
    if services.lake.exists(uri):
        raise InvalidSpec(
            "the output folder exists; results are never overwritten",
            field="output",
            value=uri,
            limit="a folder that does not exist yet",
            way_out="choose another folder, or leave `output` out",
        )
    _check_writable(uri)
    return uri


def _check_writable(uri: str) -> None:
    """A folder that cannot be made would be found out when everything is paid."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return
    folder = next(folder for folder in Path(unquote(parts.path)).parents if folder.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise InvalidSpec(
            f"{folder} cannot be written to",
            field="output",
            value=uri,
            limit="a new folder in one that can be written to",
            way_out="choose another folder, or leave `output` out",
        )
