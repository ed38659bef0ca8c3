"""Keys of clouds, hosts and stores. Sources: their documentation, gitleaks (MIT), Microsoft's identifiable keys."""

from __future__ import annotations

from nightshift.guardrails.secrets.providers.shape import DASHED, HEX, MIXED, WORD, ProviderKey, shape

_BASE64 = "[A-Za-z0-9+/]"


def _signed(before: int, signature: str, behind: str, alphabet: str = _BASE64) -> ProviderKey:
    """Azure's keys: the prefix is in the middle, and what stands around it has fixed lengths."""
    return ProviderKey(
        rf"(?:{signature}){alphabet}{{4}}",
        rf"(?<![A-Za-z0-9+/_-]){alphabet}{{{before}}}(?:{signature}){behind}(?![A-Za-z0-9+/=_-])",
    )


CLOUD_KEYS: tuple[ProviderKey, ...] = (
    shape("AKIA|ASIA|ABIA|ACCA|AROA|AIDA", "[A-Z0-9]{16}"),  # AWS
    ProviderKey(  # the secret half of a pair has no prefix: 40 characters of every kind behind a word
        r"aws|secret|access.?key|credential|A[KS]IA[A-Z0-9]",
        r"(?i:aws|secret|access.?key|credential|A[KS]IA[A-Z0-9]{16})[\s\S]{0,80}?(?<![A-Za-z0-9/+=])"
        r"(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}\d)([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    ),
    shape("AIza", DASHED + "{35}"),  # Google
    shape("GOCSPX-", DASHED + "{28}"),
    shape(r"ya29\.", r"[A-Za-z0-9_.-]{20,}"),
    ProviderKey("1//0[A-Za-z0-9_-]{8}", r"(?<![A-Za-z0-9_/-])1//0[A-Za-z0-9_-]{40,200}(?![A-Za-z0-9_/-])"),
    ProviderKey("8Q~[A-Za-z0-9_~.-]{4}", r"(?<![\w~.-])[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,34}(?![\w~-])"),  # Entra
    _signed(76, r"\+ASt|\+ABa|ACDb", _BASE64 + "{6}=="),  # Azure storage, Batch, Cosmos
    _signed(33, r"AIoT|\+ASb|\+AEh|\+ARm|AzCa", "[A-P][A-Za-z0-9+/]{5}="),  # Azure IoT, Service Bus, Event Hubs, Redis
    _signed(42, r"AzSe|\+ACR", "[A-D][A-Za-z0-9+/]{5}"),  # Azure AI Search, container registry
    _signed(52, "JQQJ9[9DH]", WORD + "{26}", WORD),  # Azure OpenAI and AI services
    _signed(76, "AZDO", WORD + "{4}", WORD),  # Azure DevOps
    shape("LTAI", WORD + "{12}(?:[A-Za-z0-9]{8})?"),  # Alibaba
    shape("AKID", WORD + "{32}"),  # Tencent
    shape("AQVN", DASHED + "{35,38}"),  # Yandex
    shape("do[opr]_v1_", HEX + "{64}"),  # DigitalOcean
    shape("HRKU-AA", DASHED + "{58}"),  # Heroku
    shape(r"v1\.0-", HEX + "{24}-[0-9a-f]{146}"),  # Cloudflare origin CA
    shape("nfp_", WORD + "{36,40}"),  # Netlify
    shape("tk-us-", DASHED + "{48}"),  # Scalingo
    shape("tskey-(?:auth|api|client|scim|webhook)-", r"[A-Za-z0-9]{8,24}-[A-Za-z0-9]{24,40}"),  # Tailscale
    ProviderKey(  # Fly.io: several tokens are one; what Fly prints begins with a word
        "(?:fo1_|fm[12][ar]?_)[A-Za-z0-9+/_-]{4}",
        r"(?<![A-Za-z0-9_-])(?:FlyV1 )?(?:fo1_|fm[12][ar]?_)[A-Za-z0-9+/_-]{40,2000}={0,3}"
        r"(?:,fm[12][ar]?_[A-Za-z0-9+/_-]{40,2000}={0,3}){0,4}(?![A-Za-z0-9_-])",
    ),
    shape("rnd_", WORD + "{24,44}"),  # Render
    shape("vc[pkiar]_|vercel_", WORD + "{24,60}"),  # Vercel
    shape("napi_", "[a-z0-9]{64}"),  # Neon
    shape("sbp_|sb_secret_", "[A-Za-z0-9_-]{20,60}"),  # Supabase
    shape("pscale_(?:tkn|pw|oauth)_", r"[A-Za-z0-9=._-]{32,64}"),  # PlanetScale
    shape("AVNS_", DASHED + "{19}"),  # Aiven
    shape("CCDB1_", "[A-Za-z0-9]{22}_[A-Za-z0-9]{40}"),  # CockroachDB
    shape("4b1d", WORD + "{38}", MIXED),  # ClickHouse
    shape("cflt", _BASE64 + "{60}"),  # Confluent
    shape("dapi", "[0-9a-f]{32}(?:-[0-9])?"),  # Databricks
    shape("sha256~", DASHED + "{43}"),  # OpenShift
    shape(r"hv[sbr]\.", DASHED + "{24,}"),  # Vault
    shape(r"s\.", WORD + "{24}", MIXED),  # Vault before 1.10
    ProviderKey(  # Terraform
        r"\.atlasv1\.", r"(?<![A-Za-z0-9_-])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}(?![A-Za-z0-9_=-])"
    ),
    shape("pul-", HEX + "{40}"),  # Pulumi
    shape(r"dp\.(?:pt|st|ct|sa|scim|audit)\.", r"[A-Za-z0-9._-]{40,}"),  # Doppler
    shape("ops_eyJ", _BASE64 + "{100,}={0,3}"),  # 1Password
    shape("A3-", "[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"),
    shape("00", DASHED + "{40}", MIXED),  # Okta
)
