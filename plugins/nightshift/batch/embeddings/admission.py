"""Part of admit: whether an application may ask an embedding model, and where."""

from __future__ import annotations

import hashlib
from datetime import datetime

from nightshift.batch.embeddings.in_use import EmbeddingInUse
from nightshift.batch.services import Services
from nightshift.errors import Misconfigured
from nightshift.finops.prices import look_up_embedding
from nightshift.model_registry.applications import Application, allowed_regions, check_model, no_region
from nightshift.model_registry.capabilities import find_capabilities
from nightshift.model_registry.catalogue import EmbeddingModel, find_embedding_model
from nightshift.providers.port import Provider, Target


def find_embedding(
    services: Services, name: str, application: Application, model: str, *, field: str, at: datetime
) -> EmbeddingInUse:
    """The model for the application `name`, in its first region that serves it.

    Raises InvalidSpec for an unknown one, NotEntitled for one that may not be asked, MissingPrice, and Misconfigured
    for an entry that puts more texts into a request than its provider takes.
    """
    found = find_embedding_model(model, field=field)
    check_model(name, application, found, field)
    regions = allowed_regions(application, found)
    if not regions:
        raise no_region(name, application, [found], field)
    _check_texts(services.provider(found.provider, regions[0]), found)
    sandbox = services.sandboxed(found.provider, regions[0])
    price_list = find_capabilities(found.provider).price_list
    return EmbeddingInUse(
        model=found.model,
        digest=hashlib.sha256(f"{found.digest}/{sandbox or ''}".encode()).hexdigest(),
        provider=found.provider,
        provider_model=found.provider_model,
        options=found.options,
        region=regions[0],
        context_tokens=found.context_tokens,
        texts_per_request=found.texts_per_request,
        price=look_up_embedding(found.provider, price_list, found.priced_model, at),
        sandbox=sandbox,
    )


def _check_texts(provider: Provider, found: EmbeddingModel) -> None:
    """One place in the budget is for one request: of several, one that fails would free the place of those billed."""
    most = provider.texts_per_request(Target(found.provider_model, dict(found.options)))
    if found.texts_per_request > most:
        raise Misconfigured(
            f"include/models/catalogue.yaml: embeddings {found.model}: texts_per_request is "
            f"{found.texts_per_request}; limit: {most} by {found.provider}; way out: texts_per_request: {most}"
        )
