"""Optional: Microsoft Presidio with a spaCy model that the operator installed. Nothing is ever downloaded."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.errors import Misconfigured
from nightshift.guardrails.personal_data.overlaps import keep_likeliest
from nightshift.guardrails.verdict import Hit

if TYPE_CHECKING:
    from nightshift.guardrails.subjects import Batch


class Presidio:
    """Finds the `entities` (all that Presidio knows where None). `model` is an installed spaCy model or its folder."""

    def __init__(
        self,
        entities: frozenset[str] | None = None,
        score_threshold: float = 0.5,
        noted: frozenset[str] = frozenset(),
        *,
        language: str = "en",
        model: str = "en_core_web_lg",
    ) -> None:
        self._entities = sorted(entities) if entities is not None else None
        self._threshold, self._noted, self._language, self._model = score_threshold, noted, language, model

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [self.detect_text(text) for text in batch.texts]

    def detect_text(self, text: str) -> list[Hit]:
        """The hits in one text. None of them overlap, but what is `noted`."""
        found = self._engine.analyze(text, self._language, entities=self._entities, score_threshold=self._threshold)
        hits = (Hit(item.entity_type, item.start, item.end, float(item.score)) for item in found)
        return keep_likeliest(hits, self._noted)

    @cached_property
    def _engine(self) -> Any:
        try:
            spacy, suffixes = import_module("spacy"), import_module("tldextract.tldextract")
            analyzer, engines = import_module("presidio_analyzer"), import_module("presidio_analyzer.nlp_engine")
        except ImportError as error:
            raise Misconfigured("The check 'presidio' needs presidio-analyzer: install it beside nightshift") from error
        # Presidio would download a missing model, and tldextract the list of public suffixes.
        if not (spacy.util.is_package(self._model) or Path(self._model).exists()):
            raise Misconfigured(f"The check 'presidio' needs the spaCy model {self._model!r}: install it as a package")
        suffixes.TLD_EXTRACTOR.suffix_list_urls = ()
        models = [{"lang_code": self._language, "model_name": self._model}]
        provider = engines.NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
        return analyzer.AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=[self._language])
