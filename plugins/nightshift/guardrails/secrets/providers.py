"""Keys that their shape gives away. Sources: the providers' documentation and the rules of gitleaks (MIT)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nightshift.guardrails.secrets.plausible import is_made_up
from nightshift.guardrails.verdict import Hit


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """`gate` is what RE2 looks for; `expression` is what is masked (its group 1 where it has one)."""

    gate: str
    expression: str

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((self.gate,),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in _compiled(self.expression).finditer(text):
            start, end = match.span(1 if match.re.groups else 0)
            if not is_made_up(text[start:end]):
                yield Hit("SECRET", start, end, 1.0)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.ASCII)


def _key(prefix: str, rest: str) -> ProviderKey:
    """A prefix that no word has, and the characters behind it, which end where an identifier ends."""
    return ProviderKey(rf"(?:{prefix}){_first(rest)}", rf"(?<![A-Za-z0-9_-])(?:{prefix}){rest}(?![A-Za-z0-9_-])")


def _first(rest: str) -> str:
    return rest[: rest.index("]") + 1] + "{4}"


_W = "[A-Za-z0-9]"
_D = "[A-Za-z0-9_-]"
_HEX = "[0-9a-f]"
KEYS: tuple[ProviderKey, ...] = (
    _key("AKIA|ASIA|ABIA|ACCA|AROA|AIDA", "[A-Z0-9]{16}"),  # AWS
    ProviderKey(  # the secret half of a pair has no prefix: 40 characters of every kind behind a word
        r"aws|secret|access.?key|credential|A[KS]IA[A-Z0-9]",
        r"(?i:aws|secret|access.?key|credential|A[KS]IA[A-Z0-9]{16})[\s\S]{0,80}?(?<![A-Za-z0-9/+=])"
        r"(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}\d)([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    ),
    _key("ABSK", "[A-Za-z0-9+/]{80,}={0,2}"),  # Bedrock
    _key("AIza", _D + "{35}"),  # Google
    _key("GOCSPX-", _D + "{28}"),
    _key(r"ya29\.", r"[A-Za-z0-9_.-]{20,}"),
    _key("gh[pousr]_", _W + "{36,251}"),  # GitHub
    _key("github_pat_", "[A-Za-z0-9_]{22,255}"),
    _key("glpat-|gldt-|glrt-|glcbt-|glptt-|glft-|glsoat-|glimt-|glagent-|gloas-", r"[A-Za-z0-9_.-]{20,64}"),  # GitLab
    _key("xox[abeoprs]-|xoxe\\.xox[bp]-", "[A-Za-z0-9-]{10,250}"),  # Slack
    _key("xapp-", r"[0-9]-[A-Z0-9]+-\d+-[a-z0-9]+"),
    _key("(?:sk|rk|pk)_(?:live|test|prod)_", _W + "{10,247}"),  # Stripe
    _key("whsec_", "[A-Za-z0-9+/]{24,64}={0,2}"),
    _key("sk-ant-", _D + "{20,}"),  # Anthropic
    _key("sk-(?:proj|svcacct|admin|None)-", _D + "{20,}"),  # OpenAI
    _key("sk-or-v1-", _HEX + "{64}"),  # OpenRouter
    _key("sk-", "[A-Za-z0-9]{20,64}"),  # OpenAI and those that copy it
    _key("hf_|api_org_", "[A-Za-z0-9]{30,40}"),  # Hugging Face
    _key("gsk_", _W + "{40,60}"),  # Groq
    _key("xai-", _W + "{70,90}"),  # xAI
    _key("pplx-", _W + "{40,60}"),  # Perplexity
    _key("r8_", _W + "{37,40}"),  # Replicate
    _key("nvapi-", _D + "{60,70}"),  # NVIDIA
    _key("lsv2_(?:pt|sk)_", "[0-9a-f_]{32,60}"),  # LangSmith
    _key("pcsk_", "[A-Za-z0-9_]{50,80}"),  # Pinecone
    _key("tvly-", _D + "{24,50}"),  # Tavily
    _key(r"SG\.", r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"),  # SendGrid
    _key("SK|AC", "[0-9a-f]{32}"),  # Twilio
    _key("key-", _HEX + "{32}"),  # Mailgun
    ProviderKey("[0-9a-f]-us[0-9]", r"(?<![0-9a-z])[0-9a-f]{32}-us\d{1,2}(?![0-9])"),  # Mailchimp
    _key("xkeysib-|xsmtpsib-", _HEX + "{64}-[A-Za-z0-9]{16}"),  # Brevo
    _key("AKC", "[A-Za-z0-9]{60,80}"),  # Artifactory
    _key("npm_", _W + "{36}"),  # npm
    _key("pypi-", _D + "{50,}"),  # PyPI
    _key("rubygems_", _HEX + "{48}"),
    _key("cio", _W + "{32}"),  # crates.io
    _key("dckr_(?:pat|oat)_", _D + "{27,32}"),  # Docker
    ProviderKey("[0-9]:AA", r"(?<![A-Za-z0-9])\d{8,10}:AA[A-Za-z0-9_-]{32,35}(?![A-Za-z0-9_-])"),  # Telegram
    ProviderKey(
        r"[A-Za-z0-9]\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{4}",
        r"(?<![A-Za-z0-9_.-])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,38}(?![A-Za-z0-9_-])",
    ),  # Discord
    _key("do[opr]_v1_", _HEX + "{64}"),  # DigitalOcean
    _key("shp(?:at|ca|pa|ss)_", "[0-9a-fA-F]{32}"),  # Shopify
    _key("EAAA", _D + "{60}"),  # Square
    _key("sq0(?:atp|csp|idp)-", _D + "{22,43}"),
    _key("EAA[A-Z]", _W + "{80,}"),  # Facebook
    _key("dapi", "[0-9a-f]{32}(?:-[0-9])?"),  # Databricks
    _key(r"dp\.(?:pt|st|ct|sa|scim|audit)\.", r"[A-Za-z0-9._-]{40,}"),  # Doppler
    _key(r"dt0[a-z][0-9]{2}\.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),  # Dynatrace
    _key("NRAK-|NRII-|NRJS-|NRRA-", "[A-Za-z0-9]{19,42}"),  # New Relic
    _key("ddapi_|ddapp_", _W + "{30,50}"),  # Datadog
    _key("glsa_", "[A-Za-z0-9]{32}_[0-9a-fA-F]{8}"),  # Grafana
    _key("glc_", "[A-Za-z0-9+/]{32,400}={0,2}"),
    _key("PMAK-", "[0-9a-f]{24}-[0-9a-f]{34}"),  # Postman
    _key("pat[A-Za-z0-9]{14}\\.", _HEX + "{64}"),  # Airtable
    _key("lin_(?:api|oauth)_", _W + "{40,64}"),  # Linear
    _key("secret_|ntn_", _W + "{43,46}"),  # Notion
    _key("figd_", _D + "{40}"),  # Figma
    _key("sntry[su]_", "[A-Za-z0-9+/=_]{40,}"),  # Sentry
    _key("ATATT3", "[A-Za-z0-9_=-]{60,}"),  # Atlassian
    _key("ATCTT3|ATBB", "[A-Za-z0-9_=-]{24,}"),
    _key("hv[sbr]\\.", _D + "{24,}"),  # Vault
    _key("(?:[A-Za-z0-9]{14}\\.atlasv1\\.)", r"[A-Za-z0-9_=-]{60,70}"),  # Terraform
    _key("pul-", _HEX + "{40}"),  # Pulumi
    _key("fo1_|fm[12][ar]?_", "[A-Za-z0-9+/_-]{40,}={0,3}"),  # Fly.io
    _key("sbp_|sb_secret_", "[A-Za-z0-9_-]{20,60}"),  # Supabase
    _key("pscale_(?:tkn|pw|oauth)_", r"[A-Za-z0-9=._-]{32,64}"),  # PlanetScale
    _key("rnd_|fig[ou]h?_|re_[A-Za-z0-9]{8}_", _W + "{24,44}"),  # Render, Resend
    _key("vc[pkiar]_|vercel_", _W + "{24,60}"),  # Vercel
    _key("AGE-SECRET-KEY-1", "[A-Z0-9]{58}"),  # age
    _key("EZ[AT]K", _W + "{54}"),  # EasyPost
    _key("shippo_(?:live|test)_", _HEX + "{40}"),
    _key("access_token\\$(?:production|sandbox)\\$", "[0-9a-z]{16}\\$[0-9a-f]{32}"),  # PayPal
    _key("phc_|phx_", _W + "{40,50}"),  # PostHog
    _key("CCIPAT_", "[A-Za-z0-9_]{30,90}"),  # CircleCI
    _key("bkua_", _HEX + "{40}"),  # Buildkite
    _key("oy2", "[a-z0-9]{43}"),  # NuGet
    ProviderKey("[A-Za-z0-9_~.-]{3}8Q~", r"(?<![\w~.-])[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,34}(?![\w~-])"),  # Entra
    ProviderKey(  # JSON Web Tokens
        r"eyJ[A-Za-z0-9_-]{8}",
        r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_=-]{8,}+\.[A-Za-z0-9_=-]{8,}+(?:\.[A-Za-z0-9_=-]*+){1,3}",
    ),
    ProviderKey(  # webhooks let anybody write
        r"hooks\.slack\.com/|discord(?:app)?\.com/api/webhooks|webhook\.office\.com",
        r"https://(?:hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/_-]{20,120}"
        r"|discord(?:app)?\.com/api/webhooks/\d+/[A-Za-z0-9_-]{50,80}"
        r"|[a-z0-9-]{1,60}\.webhook\.office\.com/[A-Za-z0-9@/_-]{60,300})",
    ),
    ProviderKey(  # private keys: a block to its end, or what is there of it
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY",
        r"-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:(?:\\n|\\r|[A-Za-z0-9+/=\s:,.\"'()-](?!----(?:BEGIN"
        r"|END)))*+-?----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"|(?:\\n|\\r|[A-Za-z0-9+/=\s])*+[A-Za-z0-9+/=])",
    ),
    ProviderKey(r"PuTTY-User-Key-File-\d", r"PuTTY-User-Key-File-\d:[^\0]{20,8000}?Private-MAC: [0-9a-f]{40,64}"),
)
