"""The real OCI SDK, with its typed requests and responses, as the tests of this folder use it."""

from __future__ import annotations

from typing import Any

from oci.circuit_breaker import NoCircuitBreakerStrategy
from oci.generative_ai_inference import GenerativeAiInferenceClient, models
from oci.retry import NoneRetryStrategy
from tests.shared_sandbox import Sandbox

COMPARTMENT = "ocid1.compartment.oc1..aaaa"
LLAMA, COHERE, GPT = "meta.llama-3.3-70b-instruct", "cohere.command-r-08-2024", "openai.gpt-oss-120b"
EMBED = "cohere.embed-multilingual-v3.0"
COMMAND_A = "cohere.command-a-reasoning-08-2025"
FINGERPRINT = ":".join(["ab"] * 16)


class Oci:
    """One user's client and the sandbox behind it."""

    def __init__(
        self, sandbox: Sandbox, pem: str, user: str = "ocid1.user.oc1..aaaa", read_timeout: float = 30
    ) -> None:
        self.sandbox = sandbox
        tenancy, region = "ocid1.tenancy.oc1..aaaa", "eu-frankfurt-1"
        self.config = {
            "user": user,
            "tenancy": tenancy,
            "fingerprint": FINGERPRINT,
            "region": region,
            "key_content": pem,
        }
        self.client = GenerativeAiInferenceClient(
            self.config,
            service_endpoint=sandbox.url,
            retry_strategy=NoneRetryStrategy(),
            circuit_breaker_strategy=NoCircuitBreakerStrategy(),
            timeout=(5, read_timeout),
        )

    def chat(self, request: Any, model: str = LLAMA, token: str | None = None, **details: Any) -> Any:
        return self.client.chat(details_of(request, model, **details), opc_retry_token=token)

    def ask(self, text: str = "Which day is it?", model: str = LLAMA, token: str | None = None, **request: Any) -> Any:
        return self.chat(generic(text, **request), model, token)

    def bill(self) -> dict[str, Any]:
        return self.sandbox.bill_of("oci_genai")

    def faults(self, *rules: dict[str, Any]) -> None:
        self.sandbox.faults(*({**rule, "provider": "oci_genai"} for rule in rules))


def details_of(request: Any, model: str = LLAMA, **details: Any) -> models.ChatDetails:
    mode = models.OnDemandServingMode(model_id=model)
    return models.ChatDetails(
        **{"compartment_id": COMPARTMENT, "serving_mode": mode, "chat_request": request, **details}
    )


def generic(text: str, system: str | None = None, **request: Any) -> models.GenericChatRequest:
    messages = [models.SystemMessage(content=[models.TextContent(text=system)])] if system else []
    messages.append(models.UserMessage(content=[models.TextContent(text=text)]))
    return models.GenericChatRequest(messages=messages, **request)
