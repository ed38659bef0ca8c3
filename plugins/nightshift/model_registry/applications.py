"""Applications and what they are entitled to: include/policies/applications/<name>.yaml."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from pydantic import Field

from nightshift.errors import Misconfigured, NotEntitled
from nightshift.model_registry.catalogue import ModerationEndpoint, PricedModel
from nightshift.settings import include_folder
from nightshift.storage.documents import Document, find, load

log = logging.getLogger(__name__)


class Application(Document):
    """A use of AI that somebody answers for. Lists name what is allowed; what is not named is not."""

    team: str
    cost_centre: str
    models: tuple[str, ...] = Field(min_length=1)
    prompts: tuple[str, ...] = Field(min_length=1)
    regions: tuple[str, ...] = Field(min_length=1)
    guardrails: str = "default"
    share_answers_with: tuple[str, ...] = ()  # applications that may use the cached answers of this one


def find_application(name: str) -> Application:
    """The application a job runs for. Raises InvalidSpec when there is none of that name."""
    return load(find("policies/applications", name, field="application"), Application)


def sharing_with(reader: str) -> list[str]:
    """The applications that let this one use their cached answers. One whose policy cannot be read shares nothing."""
    owners = []
    for path in sorted((include_folder() / "policies" / "applications").glob("*.yaml")):
        if path.stem == reader:
            continue
        try:
            policy = load(path, Application)
        except Misconfigured as error:
            log.warning("no cached answers are shared by %s: %s", path.stem, error)
            continue
        if reader in policy.share_answers_with:
            owners.append(path.stem)
    return owners


def check_prompt(name: str, application: Application, prompt: str) -> None:
    """Raises NotEntitled when the application's policy does not name the prompt."""
    if prompt not in application.prompts:
        raise _refused(name, "prompt", prompt, application.prompts, "prompts")


def check_model(name: str, application: Application, model: PricedModel, field: str = "tiers") -> None:
    """Raises NotEntitled when the application's policy does not name the model."""
    if model.model not in application.models:
        raise _refused(name, field, model.model, application.models, "models")


def allowed_regions(application: Application, model: PricedModel | ModerationEndpoint) -> tuple[str, ...]:
    """Where the model may be asked for this application, in the application's order of preference."""
    return tuple(region for region in application.regions if region in model.regions)


def no_region(
    name: str, application: Application, models: Sequence[PricedModel | ModerationEndpoint], field: str = "tiers"
) -> NotEntitled:
    """Why none of these models may be asked."""
    served = "; ".join(f"{model.model} in {', '.join(model.regions)}" for model in models)
    return NotEntitled(
        f"it is served where {name} may not send data ({served})",
        field=field,
        value=", ".join(model.model for model in models),
        limit=f"regions of {name}: {', '.join(application.regions)}",
        way_out="choose a model in an allowed region, or have the regions extended",
    )


def _refused(name: str, field: str, value: str, allowed: tuple[str, ...], key: str) -> NotEntitled:
    return NotEntitled(
        f"the application {name} is not entitled to it (rule applications/{name}/{key})",
        field=field,
        value=value,
        limit=f"one of {', '.join(allowed)}",
        way_out=f"have it added to `{key}` in include/policies/applications/{name}.yaml",
    )
