"""Secrets of the shapes that providers document, and sentences to plant them in."""

from __future__ import annotations

import base64
import json
import random
import string

_ALNUM = string.ascii_letters + string.digits
_UPPER = string.ascii_uppercase + string.digits
_HEX = "0123456789abcdef"
_BASE64 = _ALNUM + "+/"
_URLSAFE = _ALNUM + "-_"
# Name of a shape -> prefix, alphabet, length.
SHAPES: dict[str, tuple[str, str, int]] = {
    "aws_id": ("AKIA", string.ascii_uppercase + "234567", 16),
    "aws_secret": ("", _BASE64, 40),
    "gcp": ("AIza", _URLSAFE, 35),
    "github": ("ghp_", _ALNUM, 36),
    "github_fine": ("github_pat_", _ALNUM + "_", 82),
    "gitlab": ("glpat-", _URLSAFE, 20),
    "slack": ("xoxb-", string.digits, 12),
    "stripe": ("sk_live_", _ALNUM, 24),
    "openai": ("sk-proj-", _ALNUM, 48),
    "openai_old": ("sk-", _ALNUM, 48),
    "anthropic": ("sk-ant-api03-", _URLSAFE, 93),
    "huggingface": ("hf_", string.ascii_letters, 34),
    "twilio": ("SK", _HEX, 32),
    "mailgun": ("key-", _HEX, 32),
    "npm": ("npm_", _ALNUM, 36),
    "pypi": ("pypi-AgEIcHlwaS5vcmc", _URLSAFE, 70),
    "digitalocean": ("dop_v1_", _HEX, 64),
    "shopify": ("shpat_", _HEX, 32),
    "square": ("sq0atp-", _URLSAFE, 22),
    "databricks": ("dapi", _HEX, 32),
    "newrelic": ("NRAK-", _UPPER, 27),
    "datadog": ("", _HEX, 32),
    "azure_storage": ("", _BASE64, 86),
    "generic": ("", _ALNUM, 32),
    "generic_hex": ("", _HEX, 40),
    "short": ("", _ALNUM, 16),
}
_PROVIDERS = tuple(name for name in SHAPES if SHAPES[name][0])
_WORDS = ("winter", "Dragon", "monkey", "sunshine", "Berlin", "coffee", "blue", "Falcon", "pizza", "Hunter")
SECRET_SENTENCES: tuple[tuple[str, str], ...] = (
    ("provider", "I pasted our key {SECRET} into the chat by mistake, please revoke it."),
    ("provider", "export SERVICE_KEY={SECRET}"),
    ("provider", "client = Client(api_key='{SECRET}')"),
    ("provider", "The build fails with {SECRET}, is that token expired?"),
    ("provider", "{SECRET}"),
    ("provider", 'curl -H "Authorization: Bearer {SECRET}" $API/me'),
    ("aws_secret", "aws_secret_access_key = {SECRET}"),
    ("aws_secret", 'AWS_SECRET_ACCESS_KEY="{SECRET}"'),
    ("azure", "AccountName=backup;AccountKey={SECRET};EndpointSuffix=core.windows.net"),
    ("datadog", "DD_API_KEY={SECRET}"),
    ("random", 'api_key = "{SECRET}"'),
    ("random", "auth_token: {SECRET}"),
    ("random", '{{"client_id": "portal", "client_secret": "{SECRET}"}}'),
    ("random", "My API key is {SECRET}, why do I get a 401?"),
    ("random", "secret={SECRET}"),
    ("random", "Authorization: Bearer {SECRET}"),
    ("random", "X-Api-Key: {SECRET}"),
    ("password", "password: {SECRET}"),
    ("password", "my password is {SECRET} and it stopped working"),
    ("password", "DB_PASSWORD={SECRET}"),
    ("password", "user: jdoe\npass: {SECRET}\nhost: db1"),
    ("password", '{{"user": "jdoe", "password": "{SECRET}"}}'),
    ("password", "The wifi password is: {SECRET}"),
    ("password", "login with username jdoe and password {SECRET}"),
    ("password", "pwd={SECRET};"),
    ("password", "Passwort: {SECRET}"),
    ("password", "La contraseña es {SECRET}."),
    ("password", "mot de passe : {SECRET}"),
    ("password", "密码：{SECRET}"),
    ("password", "mysql --user=root --password={SECRET} shop"),
    ("password", "spring.datasource.password={SECRET}"),
    ("password", "Temporary password for the portal: {SECRET}"),
    ("password", "- name: POSTGRES_PASSWORD\n  value: {SECRET}"),
    ("store", "DATABASE_URL={SECRET}"),
    ("store", "connect with {SECRET} and run the migration"),
    ("plain", "https://deploy:{SECRET}@git.corp.net/app.git"),
    ("jwt", "Cookie token {SECRET}"),
    ("jwt", "{SECRET}"),
    ("pem", "Here is the key:\n{SECRET}\nkeep it safe"),
    ("pem", "{SECRET}"),
)


def secret_value(pick: random.Random, kind: str) -> str:
    """A value of that kind; `provider` is any shape with a prefix."""
    match kind:
        case "provider":
            return _shaped(pick, pick.choice(_PROVIDERS))
        case "aws_secret" | "datadog":
            return _shaped(pick, kind)
        case "azure":
            return _shaped(pick, "azure_storage") + "=="
        case "random":
            return _shaped(pick, pick.choice(("generic", "generic_hex", "short")))
        case "store":
            return _store(pick)
        case "jwt":
            return _token(pick)
        case "pem":
            return _pem(pick)
        case "plain":
            return _shaped(pick, "short")
    return _password(pick)


def _shaped(pick: random.Random, name: str) -> str:
    prefix, alphabet, length = SHAPES[name]
    value = prefix + "".join(pick.choices(alphabet, k=length))
    return (
        f"{value}-{''.join(pick.choices(string.digits, k=12))}-{''.join(pick.choices(_ALNUM, k=24))}"
        if name == "slack"
        else value
    )


def _password(pick: random.Random) -> str:
    word, other = pick.sample(_WORDS, 2)
    number = str(pick.randrange(10, 9999))
    return pick.choice(
        (
            word + number,
            f"{word}{pick.choice('!@#$%&')}{number}",
            f"{word}-{other}-{number}",
            number + word + "!",
            _shaped(pick, "short"),
        )
    )


def _store(pick: random.Random) -> str:
    scheme = pick.choice(("postgresql", "mysql", "mongodb+srv", "redis", "amqp"))
    return f"{scheme}://app:{_shaped(pick, 'short')}@db{pick.randrange(9)}.corp.net:{pick.randrange(1000, 9999)}/shop"


def _token(pick: random.Random) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": str(pick.randrange(10**9)), "iat": pick.randrange(10**9)})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "".join(pick.choices(_URLSAFE, k=43))])


def _pem(pick: random.Random) -> str:
    kind = pick.choice(("RSA ", "EC ", "OPENSSH ", ""))
    lines = ["".join(pick.choices(_BASE64, k=64)) for _ in range(pick.randrange(3, 12))]
    return "\n".join([f"-----BEGIN {kind}PRIVATE KEY-----", *lines, f"-----END {kind}PRIVATE KEY-----"])
