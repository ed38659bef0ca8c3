"""Presidio's recognisers by pattern, with a tokeniser and without a model. In the peer's environment."""

from __future__ import annotations

import logging

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, predefined_recognizers
from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine

from benchmarks.guardrails.worker import Answer, serve, without_nested

_RECOGNIZERS = (
    "CreditCard", "Crypto", "Email", "Iban", "Ip", "MacAddress", "Phone", "UsLicense", "UsSsn", "Url"
)  # fmt: skip
_THRESHOLD = 0.35  # the demo's


class _Tokeniser(SpacyNlpEngine):
    """Splits words, so that context words are found; a model would have to be downloaded."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
        self.nlp = {"en": spacy.blank("en")}

    def load(self) -> None: ...

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        artifacts = super().process_text(text, language)
        artifacts.lemmas = artifacts.keywords = [token.text.lower() for token in artifacts.tokens]
        return artifacts


def main() -> None:
    logging.disable(logging.CRITICAL)  # it reports that the public suffix list cannot be downloaded
    recognizers = [getattr(predefined_recognizers, f"{name}Recognizer")() for name in _RECOGNIZERS]
    engine = AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=recognizers),
        nlp_engine=_Tokeniser(),
        supported_languages=["en"],
        default_score_threshold=_THRESHOLD,
    )
    engine.analyze("a@example.com", language="en")  # fills the list of suffixes from its own copy

    def answer(text: str) -> Answer:
        found = [(hit.entity_type, hit.start, hit.end, hit.score) for hit in engine.analyze(text, language="en")]
        return {"found": without_nested(found)}

    serve(answer)


if __name__ == "__main__":
    main()
