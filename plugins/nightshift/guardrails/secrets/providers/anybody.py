"""What every provider's keys may look like: tokens in JSON, webhooks, private keys."""

from __future__ import annotations

from nightshift.guardrails.secrets.providers.shape import ProviderKey

ANYBODYS_KEYS: tuple[ProviderKey, ...] = (
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
