"""Azure AI Content Safety: how harmful a text is, in four categories with severities from 0 to 7.

https://learn.microsoft.com/azure/ai-services/content-safety/quickstart-text and .../concepts/harm-categories
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import orjson

from nightshift.errors import AnswerLost, NightshiftError, ProviderRefused, ProviderUnavailable, RateLimited
from nightshift.providers.port import Moderation

API_VERSION = "2024-09-01"
# Characters of one request: https://learn.microsoft.com/azure/ai-services/content-safety/overview#input-requirements
MOST_CHARACTERS = 10_000
HIGHEST_SEVERITY = 7
# Medium, where the filters of Azure OpenAI begin to block: .../azure/ai-foundry/openai/concepts/content-filter
FLAGGED_FROM = 4
_CATEGORIES = ("Hate", "SelfHarm", "Sexual", "Violence")
_MOST_AT_ONCE = 16
_CONNECT_SECONDS = 10.0
_LATER = frozenset({408, 409})


@dataclass(frozen=True)
class ContentSafety:
    """One resource. `authorization` gives the header that it takes; it may fetch a token, and so block."""

    endpoint: str
    authorization: Callable[[], dict[str, str]]
    connection_id: str
    timeout: float
    trust_env: bool = True

    async def moderate(self, texts: Sequence[str]) -> tuple[Moderation, ...]:
        room = asyncio.Semaphore(_MOST_AT_ONCE)
        timeout = httpx.Timeout(self.timeout, connect=min(self.timeout, _CONNECT_SECONDS))
        headers = {"content-type": "application/json", **await asyncio.to_thread(self.authorization)}
        client = await asyncio.to_thread(
            lambda: httpx.AsyncClient(headers=headers, timeout=timeout, trust_env=self.trust_env)
        )

        async def severities(part: str) -> dict[str, int]:
            async with room:
                return await self._analyze(client, part)

        async def verdict(text: str) -> Moderation:
            found = await asyncio.gather(*(severities(part) for part in _parts(text)))
            worst = {name: max((part.get(name, 0) for part in found), default=0) for name in _CATEGORIES}
            scores = {name: severity / HIGHEST_SEVERITY for name, severity in worst.items()}
            return Moderation(max(worst.values()) >= FLAGGED_FROM, scores)

        async with client:
            return tuple(await asyncio.gather(*(verdict(text) for text in texts)))

    async def _analyze(self, client: httpx.AsyncClient, text: str) -> dict[str, int]:
        url = f"{self.endpoint}/contentsafety/text:analyze"
        wanted = {"text": text, "categories": _CATEGORIES, "outputType": "EightSeverityLevels"}
        try:
            answered = await client.post(url, params={"api-version": API_VERSION}, content=orjson.dumps(wanted))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.PoolTimeout) as error:
            raise self._unreachable(error) from None
        except httpx.TransportError as error:
            raise AnswerLost(
                f"the connection to {self._host} ended while it was to moderate a text ({type(error).__name__})"
            ) from None
        if answered.status_code != 200:
            raise self._refusal(answered)
        return _read(answered.content)

    def _refusal(self, answered: httpx.Response) -> NightshiftError:
        status = answered.status_code
        told = f"Azure AI Content Safety refused to moderate a text: status {status}, code {_code(answered.content)}"
        if status == 429:
            return RateLimited(f"{told}; it is asked again later", _seconds(answered.headers))
        if status >= 500 or status in _LATER:
            return ProviderUnavailable(f"{told}; it is asked again later")
        return ProviderRefused(f"{told}; {self._advice(status)}")

    def _advice(self, status: int) -> str:
        if status == 404:
            return (
                f"the resource at {self._host} has no Content Safety: name one that has, in content_safety_host and "
                f"content_safety_key of the extra of {self.connection_id}"
            )
        if status in (401, 403):
            return f"check key, permissions and quota of the connection {self.connection_id}"
        return "check what the service's documentation says of the code"

    def _unreachable(self, error: Exception) -> ProviderUnavailable:
        return ProviderUnavailable(
            f"no connection to {self._host} to moderate a text ({type(error).__name__}); if it stays so, check the "
            f"host of the connection {self.connection_id}, name resolution, firewall and proxy"
        )

    @property
    def _host(self) -> str:
        return urlsplit(self.endpoint).netloc


def _parts(text: str) -> Iterator[str]:
    """The service refuses a text that is empty or too long."""
    for start in range(0, len(text), MOST_CHARACTERS):
        if part := text[start : start + MOST_CHARACTERS].strip():
            yield part


def _read(content: bytes) -> dict[str, int]:
    try:
        return {one["category"]: int(one["severity"]) for one in orjson.loads(content)["categoriesAnalysis"]}
    except (LookupError, TypeError, ValueError):
        raise AnswerLost("Azure AI Content Safety's answer could not be read; it is asked again") from None


def _code(content: bytes) -> str:
    try:
        return str(orjson.loads(content)["error"]["code"])
    except (LookupError, TypeError, ValueError):
        return "none"


def _seconds(headers: httpx.Headers) -> float | None:
    text = headers.get("retry-after", "")
    return float(text) if text.replace(".", "", 1).isdigit() else None
