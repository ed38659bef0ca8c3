"""The same server, and the real SDK's Azure client pointed at it."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from tests.sandbox.conftest import Provider

VERSION = "2024-10-21"


class AzureProvider(Provider):
    """What nearly every test does to a resource of Azure OpenAI."""

    def __init__(self, shared: Provider) -> None:
        vars(self).update(vars(shared))
        self.client = openai.AzureOpenAI(
            azure_endpoint=shared.url, api_key="sandbox", api_version=VERSION, max_retries=0, timeout=30
        )

    def lines(self, count: int, model: str = "gpt-4o-2024-08-06", **body: Any) -> list[dict[str, Any]]:
        return [{**line, "url": "/chat/completions"} for line in super().lines(count, model, **body)]

    def submit(self, content: Any, endpoint: Any = "/chat/completions", **more: Any) -> Any:
        return super().submit(content, endpoint, **more)


@pytest.fixture
def azure(provider: Provider) -> AzureProvider:
    return AzureProvider(provider)
