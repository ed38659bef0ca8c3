"""Whether a prompt's semantic cache is in use: its threshold was learnt, and its embedding may be asked."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from nightshift.batch.embeddings.admission import find_embedding
from nightshift.batch.embeddings.in_use import EmbeddingInUse
from nightshift.batch.services import Services
from nightshift.batch.spec import JobSpec
from nightshift.model_registry.applications import Application
from nightshift.prompts.repository import PromptVersion
from nightshift.similarity.embedding import word_vectors
from nightshift.similarity.threshold import LearntThreshold, load_threshold

OFF = "the semantic cache is off"


class Setting(NamedTuple):
    """The threshold in use, or why there is none although the prompt asks for the semantic cache.

    `embedding` is None for the word vectors that come with the platform.
    """

    threshold: LearntThreshold | None = None
    off_because: str | None = None
    embedding: EmbeddingInUse | None = None


def semantic_setting(
    services: Services, spec: JobSpec, application: Application, prompt: PromptVersion, at: datetime
) -> Setting:
    """What the prompt asks for, and whether it was learnt.

    Raises InvalidSpec or NotEntitled for an embedding model that may not be asked.
    """
    wanted = prompt.config.semantic_cache
    if wanted is None:
        return Setting()
    embedding = None
    if wanted.embedding is not None:
        field = f"prompt ({prompt.name}@{prompt.version}, semantic_cache.embedding)"
        embedding = find_embedding(services, spec.application, application, wanted.embedding, field=field, at=at)
    learnt = load_threshold(prompt)
    if learnt is None:
        problem: str | None = "no threshold was learnt for this prompt version"
    else:
        problem = learnt.problem(prompt, embedding or word_vectors(), wanted.false_hits)
    if problem is None:
        return Setting(learnt, None, embedding)
    of_application = f" --application {spec.application}" if embedding is not None else ""
    way_out = f"nightshift cache learn {prompt.name}@{prompt.version} PAIRS{of_application}"
    return Setting(None, f"{OFF}: {problem}; way out: {way_out}", embedding)
