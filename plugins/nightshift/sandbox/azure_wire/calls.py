"""Azure's HTTP: a key or a bearer token of Entra ID, an `api-version` on every request, its own error bodies.

learn.microsoft.com/azure/ai-foundry/openai/reference; texts and codes as users of the service quote them.
"""

from __future__ import annotations

import re

from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import Response  # noqa: TID253  only the server process imports this module

from nightshift.sandbox.azure_wire.flavour import AzureFlavour
from nightshift.sandbox.exchange import DEFAULT_RETRY_AFTER
from nightshift.sandbox.faults import Fault, Rule
from nightshift.sandbox.openai_wire.calls import OpenAIDialect
from nightshift.sandbox.openai_wire.wire import ApiError

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")
_INVALID_KEY = ApiError(
    401,
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
    "active subscription and use a correct regional API endpoint for your resource.",
    "401",
)
_INVALID_TOKEN = ApiError(
    401,
    "The principal lacks the required data action Microsoft.CognitiveServices/accounts/OpenAI (the sandbox refuses the "
    "token 'invalid').",
    "PermissionDenied",
)
_NO_KEY = ApiError(401, "Access denied due to missing subscription key or token.", "401")
_NO_VERSION = ApiError(404, "Resource not found", "404")
NO_DEPLOYMENT = ApiError(
    404,
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, "
    "please wait a moment and try again.",
    "DeploymentNotFound",
)
_REFUSALS = {
    Fault.INVALID_CREDENTIALS: _INVALID_KEY,
    Fault.QUOTA_EXHAUSTED: ApiError(403, "Out of call volume quota. Quota will be replenished in 14:25:32.", "403"),
    Fault.MODEL_RETIRED: NO_DEPLOYMENT,
}


class AzureDialect(OpenAIDialect):
    """`invalid` is the one key and the one token that is refused."""

    flavour = AzureFlavour()

    def check_credentials(self, request: Request) -> Response | None:
        if not _VERSION.fullmatch(request.query_params.get("api-version", "")):
            return self.error(_NO_VERSION)
        # The second name is that of Azure's other AI services.
        key = request.headers.get("api-key") or request.headers.get("ocp-apim-subscription-key", "")
        token = request.headers.get("authorization", "").removeprefix("Bearer").strip()
        if not key and not token:
            return self.error(_NO_KEY)
        refusal = _INVALID_KEY if key == "invalid" else _INVALID_TOKEN if token == "invalid" else None
        return None if refusal is None else self.error(refusal)

    async def model_of(self, request: Request) -> str | None:
        """The deployment, which is in the path."""
        deployment: str | None = request.path_params.get("deployment")
        return deployment or await super().model_of(request)

    def failure(self, rule: Rule) -> Response:
        refusal = _REFUSALS.get(rule.fault)
        if refusal is not None:
            return self.error(refusal)
        if rule.fault is Fault.RATE_LIMIT:
            return self._limited(rule)
        code = rule.code or ("InternalServerError" if rule.status in (None, 500) else str(rule.status))
        return self.error(ApiError(rule.status or 500, "The server had an error processing your request.", code))

    def _limited(self, rule: Rule) -> Response:
        seconds = DEFAULT_RETRY_AFTER if rule.seconds is None else rule.seconds
        message = "Requests have exceeded the token rate limit of your current OpenAI S0 pricing tier."
        told = {"retry-after": f"{seconds:.0f}", "retry-after-ms": f"{seconds * 1000:.0f}"} if rule.told else {}
        return self.error(ApiError(rule.status or 429, message, rule.code or "429"), told)
