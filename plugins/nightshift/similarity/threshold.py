"""The learnt threshold of a prompt version: include/prompts/<name>/v<version>/semantic_cache.json."""

from __future__ import annotations

from pathlib import Path

import orjson
from pydantic import Field, ValidationError

from nightshift.errors import Misconfigured
from nightshift.prompts.repository import PromptVersion
from nightshift.settings import include_folder
from nightshift.similarity import meaning
from nightshift.similarity.embedding import Identity
from nightshift.storage.documents import Document, describe

FILE = "semantic_cache.json"


class LearntThreshold(Document):
    """Which cosine is enough, and what is promised of it. Holds for one prompt, one embedding and one guard."""

    prompt: str
    prompt_digest: str
    embedding: str
    embedding_digest: str
    guard: int
    threshold: float = Field(ge=-1, le=1)
    false_hits: float = Field(gt=0, lt=1)
    confidence: float = Field(gt=0, lt=1)
    different_pairs: int = Field(ge=0)
    false: int = Field(ge=0)
    same_pairs: int = Field(ge=0)
    hits: int = Field(ge=0)
    statement: str

    def problem(self, prompt: PromptVersion, embedding: Identity, false_hits: float) -> str | None:
        """Why it may not be used, or None."""
        if self.prompt_digest != prompt.digest:
            return "its threshold was learnt for another content of the prompt"
        if (self.embedding, self.embedding_digest) != (embedding.name, embedding.digest):
            return f"its threshold was learnt with another embedding than {embedding.name}"
        if self.guard != meaning.VERSION:
            return "its threshold was learnt with another version of the guard"
        if self.false_hits > false_hits:
            return f"its bound is {self.false_hits:.2%} false hits, and the prompt asks for {false_hits:.2%}"
        return None

    @property
    def explanation(self) -> str:
        """What a receipt says of the threshold."""
        return f"threshold {self.threshold:.3f}, at most {self.false_hits * 100:g} % false hits"


def threshold_path(prompt: PromptVersion) -> Path:
    return include_folder() / "prompts" / prompt.name / f"v{prompt.version}" / FILE


def load_threshold(prompt: PromptVersion) -> LearntThreshold | None:
    """None where nothing was learnt. Raises Misconfigured for a file that is not what `save_threshold` writes."""
    path = threshold_path(prompt)
    if not path.exists():
        return None
    try:
        return LearntThreshold.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Misconfigured(
            f"{prompt.name}/v{prompt.version}/{FILE}: {describe(error)}; way out: `nightshift cache learn`"
        ) from error


def save_threshold(learnt: LearntThreshold, prompt: PromptVersion) -> Path:
    path = threshold_path(prompt)
    path.write_bytes(
        orjson.dumps(learnt.model_dump(mode="json"), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )
    return path
