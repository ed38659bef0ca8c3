"""Whether a job may bundle: its prompt, its models, and the evidence that it does no harm there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nightshift.batch.bundling.bundles import Bundling
from nightshift.batch.bundling.evidence import CONFIDENCE, MOST_LOSS, read_evidence
from nightshift.batch.bundling.form import bundled_call, form_digest, most_output_tokens, refers_elsewhere
from nightshift.batch.rendering import messages_before
from nightshift.batch.spec import JobSpec
from nightshift.errors import InvalidSpec
from nightshift.model_registry.catalogue import find_model
from nightshift.prompts.repository import PromptVersion

if TYPE_CHECKING:
    from nightshift.batch.job import ResolvedJob


def find_bundling(spec: JobSpec, prompt: PromptVersion, models: Sequence[str], sandbox: str | None) -> Bundling | None:
    """How the job bundles; None where it does not. Raises InvalidSpec where it must not.

    `sandbox` is what the sandbox answers with, None where real models do: neither shows anything of the other.
    """
    if spec.bundle_rows == 1:
        return None
    _check_prompt(spec, prompt)
    covered = tuple(dict.fromkeys(models)) if spec.bundle_trial else _shown(spec, prompt, models, sandbox)
    for model in covered:
        _check_length(spec, prompt, model)
    return Bundling(rows=spec.bundle_rows, models=covered)


def _shown(spec: JobSpec, prompt: PromptVersion, models: Sequence[str], sandbox: str | None) -> tuple[str, ...]:
    """The models for which bundles of this size were shown to be harmless."""
    form = form_digest(messages_before(prompt), prompt.config.answer.schema_)
    harmless = {
        item.model
        for item in read_evidence(prompt.name)
        if item.prompt_digest == prompt.digest
        and item.form == form
        and item.sandbox == sandbox
        and item.rows_per_request >= spec.bundle_rows
        and item.is_harmless
    }
    shown = tuple(model for model in dict.fromkeys(models) if model in harmless)
    if not shown:
        raise _not_shown(spec, prompt, models)
    return shown


def check_examples(job: ResolvedJob) -> None:
    """Raises Misconfigured where the prompt's examples cannot be shown as a bundle."""
    if job.bundling is not None:
        bundled_call(job.call(job.deployments[0]), job.bundling.rows)


def _check_prompt(spec: JobSpec, prompt: PromptVersion) -> None:
    foreign = sorted(name for name, variable in prompt.config.variables.items() if variable.origin != "user")
    if foreign:
        raise InvalidSpec(
            f"the prompt {prompt.name} takes text that somebody else wrote ({', '.join(foreign)}); in a bundle its "
            "instructions could reach other rows",
            field="bundle_rows",
            value=spec.bundle_rows,
            limit="prompts whose variables are all of origin user",
            way_out="leave bundle_rows out",
        )
    if prompt.config.examples.select == "nearest":
        raise InvalidSpec(
            f"the prompt {prompt.name} shows every row examples of its own, so there is little for rows to share",
            field="bundle_rows",
            value=spec.bundle_rows,
            limit="prompts with examples.select: fixed",
            way_out="leave bundle_rows out",
        )
    if prompt.config.answer.schema_ is not None and refers_elsewhere(prompt.config.answer.schema_):
        raise InvalidSpec(
            f"the answer schema of {prompt.name} has references that a bundle's schema cannot hold",
            field="bundle_rows",
            value=spec.bundle_rows,
            limit="references of the form #/$defs/<name>",
            way_out="leave bundle_rows out, or put what is referred to below $defs",
        )


def _check_length(spec: JobSpec, prompt: PromptVersion, name: str) -> None:
    model, per_row = find_model(name, field="bundle_rows"), prompt.config.parameters.max_output_tokens
    if most_output_tokens(per_row, spec.bundle_rows) > model.max_output_tokens:
        most = model.max_output_tokens // most_output_tokens(per_row, 1)
        raise InvalidSpec(
            f"{name} answers at most {model.max_output_tokens} tokens, and each row may take {per_row} of them",
            field="bundle_rows",
            value=spec.bundle_rows,
            limit=max(most, 1),
            way_out="bundle fewer rows, or lower max_output_tokens in a new version of the prompt",
        )


def _not_shown(spec: JobSpec, prompt: PromptVersion, models: Sequence[str]) -> InvalidSpec:
    return InvalidSpec(
        f"bundling {prompt.name}@{prompt.version} was not shown to be harmless for {', '.join(dict.fromkeys(models))}",
        field="bundle_rows",
        value=spec.bundle_rows,
        limit=f"at most {MOST_LOSS:.0%} of rows lost, with {CONFIDENCE:.0%} confidence, in include/bundling/",
        way_out="run the same graded rows once as they are and once with `bundle_trial: true`, then "
        "`nightshift tier bundling RUN_SINGLE RUN_BUNDLED`; or leave bundle_rows out",
    )
