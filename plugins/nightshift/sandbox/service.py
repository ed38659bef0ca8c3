"""One sandbox at work: a part per provider, the faults in force, and the sandbox's own operations."""

from __future__ import annotations

import os
import resource
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nightshift.sandbox import bill
from nightshift.sandbox import faults as fault_rules
from nightshift.sandbox import replay as replay_file
from nightshift.sandbox.azure_wire.api import AzureOpenAIApi
from nightshift.sandbox.bedrock_wire.api import BedrockApi
from nightshift.sandbox.bedrock_wire.s3_door import PATH as S3_PATH
from nightshift.sandbox.faults import Faults
from nightshift.sandbox.model import StandInModel
from nightshift.sandbox.oci_wire.api import OciApi
from nightshift.sandbox.openai_wire.api import OpenAIApi
from nightshift.sandbox.part import Part
from nightshift.sandbox.prices import kind_of
from nightshift.sandbox.usage import JsonObject


@dataclass(frozen=True, slots=True)
class Options:
    """How a sandbox was asked to run."""

    replay: str | None = None
    faults: str | None = None
    batch_seconds: float = 0.0


class Service:
    """All parts, and what the sandbox itself can be asked. Operations may block; the HTTP side runs them in threads."""

    def __init__(self, state: Path, options: Options) -> None:
        self.options = options
        recordings = replay_file.load(Path(options.replay)) if options.replay else None
        self.faults = Faults(fault_rules.load(Path(options.faults)) if options.faults else [])
        kind_of("openai", "gpt-4o-mini")  # loads the price list now, not within the first request
        self._answers = replay_file.answers_identity(self.options.replay)
        model = StandInModel(recordings)
        self.parts: list[Part] = [
            OpenAIApi(state / "openai", model, self.faults, options.batch_seconds),
            AzureOpenAIApi(state / "azure_openai", model, self.faults, options.batch_seconds),
            BedrockApi(state / "bedrock", model, self.faults, options.batch_seconds),
            OciApi(state / "oci_genai", model, self.faults),
        ]

    def start(self) -> None:
        """Begins to work on batches."""
        for part in self.parts:
            part.start()

    def stop(self) -> None:
        """Stops working; unfinished batches wait in the stores."""
        for part in self.parts:
            part.stop()
            part.store.close()

    def health(self) -> JsonObject:
        return {"status": "ok", "pid": os.getpid(), "answers": self._answers, "s3": S3_PATH}

    def status(self) -> JsonObject:
        states = Counter(record.wire["status"] for part in self.parts for record in part.store.batches())
        return {
            "pid": os.getpid(),
            "replay": self.options.replay,
            "batch_seconds": self.options.batch_seconds,
            "faults": [rule.model_dump(mode="json", exclude_none=True) for rule in self.faults.rules],
            "batches": dict(states),
            "files": sum(len(part.store.files()) for part in self.parts),
            "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }

    def bill(self) -> JsonObject:
        return bill.summary({part.provider: part.store for part in self.parts})

    def replace_faults(self, rules: Any) -> JsonObject:
        self.faults.replace(fault_rules.parse(rules))
        return {"rules": len(self.faults.rules)}

    def reset(self) -> JsonObject:
        """Forgets files, batches and bills; the rules in force stay."""
        for part in self.parts:
            part.stop()
            part.clear()
            part.start()
        return {"reset": True}
