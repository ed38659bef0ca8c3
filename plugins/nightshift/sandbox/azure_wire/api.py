"""Azure OpenAI's API: which path does what. A deployment is called as its model is."""

from __future__ import annotations

from dataclasses import replace

from starlette.routing import Route  # noqa: TID253  only the server process imports this module

from nightshift.sandbox.azure_wire import content_safety
from nightshift.sandbox.azure_wire.calls import NO_DEPLOYMENT, AzureDialect
from nightshift.sandbox.exchange import endpoint
from nightshift.sandbox.openai_wire.api import OpenAIApi
from nightshift.sandbox.openai_wire.calls import Call
from nightshift.sandbox.openai_wire.wire import ApiError
from nightshift.sandbox.prices import Kind, kind_of
from nightshift.sandbox.usage import JsonObject


class AzureOpenAIApi(OpenAIApi):
    """The part of the sandbox that speaks as one resource of Azure OpenAI does."""

    prefix = "/openai"
    dialect = AzureDialect()

    def _model_routes(self) -> list[Route]:
        deployment = "/deployments/{deployment}"
        return [
            self._on("chat.completions", "POST", f"{deployment}/chat/completions", self.chat_completions),
            self._on("embeddings", "POST", f"{deployment}/embeddings", self.embeddings),
            self._on("models.list", "GET", "/models", self.models_list),
            self._on("models.retrieve", "GET", "/models/{identifier}", self.models_retrieve),
            self._content_safety(),
        ]

    def _content_safety(self) -> Route:
        """A resource of Azure AI services has both, each below a path of its own."""
        analyze = self.dialect.answered(lambda call: content_safety.analyze(call.body))
        answered = endpoint(self.dialect, self._faults, "text.analyze", analyze)
        return Route("/contentsafety/text:analyze", answered, methods=["POST"])

    def _serve(self, kind: Kind, call: Call) -> JsonObject | ApiError:
        deployment = call.path.removeprefix(f"{self.prefix}/deployments/").partition("/")[0]
        if kind_of(self.provider, deployment) is not kind:
            return NO_DEPLOYMENT
        return super()._serve(kind, replace(call, body={**call.body, "model": deployment}))
