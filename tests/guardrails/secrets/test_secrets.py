"""Secrets: found to the character; hashes, placeholders and sentences about passwords stay."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.guardrails.secrets import Secrets
from nightshift.guardrails.subjects import Batch, Subject

DETECTOR = Secrets()
# Made up: joined here so that no scanner of repositories takes them for real ones.
KEYS = {
    "aws": "AKIA" + "QWERTYUIOPASDFGH",
    "google": "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "github": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "gitlab": "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "slack": "xoxb-" + "123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
    "stripe": "sk_live_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
    "openai": "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6",
    "anthropic": "sk-ant-api03-" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6",
    "huggingface": "hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH",
    "sendgrid": "SG." + "a1B2c3D4e5F6g7H8i9J0k1.a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V",
    "twilio": "SK" + "0123456789abcdef0123456789abcdef",
    "npm": "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "telegram": "123456789:AA" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q",
    "digitalocean": "dop_v1_" + "0123456789abcdef" * 4,
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123_-xyz",
    "pem": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1234\nabcd==\n-----END RSA PRIVATE KEY-----",
    "pem_escaped": "-----BEGIN PRIVATE KEY-----\\nMIIEpAIBAAKCAQEA1234\\n-----END PRIVATE KEY-----",
}


def hits(text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in DETECTOR.detect_text(text)]


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize(
    "text", ["{}", "use {}, please.", "KEY={}", "キー{}です", 'x = "{}"', "Authorization: Bearer {}"]
)
def test_a_key_of_a_known_shape_is_found(name: str, text: str) -> None:
    assert hits(text.format(KEYS[name])) == [KEYS[name]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password: hunter2", "hunter2"),
        ("password: letmein", "letmein"),
        ("my password is Tr0ub4dor&3.", "Tr0ub4dor&3"),
        ("PASSWORD=s3cr3t!", "s3cr3t!"),
        ('{"password": "sunshine", "x": 1}', "sunshine"),
        ("user=admin&password=abc12345&x=1", "abc12345"),
        ("login with username jdoe and password winter2024", "winter2024"),
        ("the root password was changed to Xk9#mP2$vL today", "Xk9#mP2$vL"),
        ("- name: DB_PASSWORD\n  value: s3cr3tvalue", "s3cr3tvalue"),
        ("credentials: admin / Passw0rd!", "Passw0rd!"),
        ("Mot de passe : Azerty!2024", "Azerty!2024"),
        ("La contraseña es Gato2024.", "Gato2024"),
        ("Passwort: Winter-2024", "Winter-2024"),
        ("密码：abc12345", "abc12345"),
        ("パスワードは abc123xyz です", "abc123xyz"),
        ('api_key = "abcd1234efgh5678"', "abcd1234efgh5678"),
        ("secret_key: 3c8f1e2d4b5a69788796a5b4c3d2e1f0", "3c8f1e2d4b5a69788796a5b4c3d2e1f0"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZDEyMw==", "dXNlcjpwYXNzd29yZDEyMw=="),
        ("-H 'x-api-key: 9f8d7c6b5a4e3d2c1b0a'", "9f8d7c6b5a4e3d2c1b0a"),
        ("mysql --password=Gr8pass9 shop", "Gr8pass9"),
        ("https://deploy:s3cret99@git.example.org/app.git", "s3cret99"),
        ("Server=x;User Id=sa;Password=P@ssw0rd!;", "P@ssw0rd!"),
    ],
)
def test_a_value_beside_its_word_is_found(text: str, expected: str) -> None:
    assert hits(text) == [expected]


def test_the_secret_half_of_a_pair_is_found() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzz1234"
    assert hits(f"AWS: {KEYS['aws']} and {secret}") == [KEYS["aws"], secret]


def test_half_of_a_surrogate_pair_is_no_crash() -> None:
    """JSON may hold one; it cannot be encoded."""
    assert hits("\ud800 password: hunter2") == ["hunter2"]


@pytest.mark.parametrize(
    "url",
    ["postgres://app:pa55word@db.example.com:5432/app", "mongodb+srv://u:p4ss@c0.example.net/test?retryWrites=true"],
)
def test_the_address_of_a_store_is_a_secret_as_a_whole(url: str) -> None:
    assert hits(f"connect to {url}, then migrate") == [url]


@pytest.mark.parametrize(
    "text",
    [
        "the password must have 8 characters",
        "reset your password",
        "Password: required",
        "Password: must be at least 8 chars",
        "the password is required",
        "I forgot my password, what is my token limit: 128000",
        "password: <password>",
        "password: ********",
        "password=${DB_PASSWORD}",
        'password: "{{ vault_password }}"',
        "api_key: your-api-key",
        "token: YOUR_TOKEN_HERE",
        "api_key=os.getenv('KEY')",
        "password = getpass.getpass()",
        "if password == stored_password: ok()",
        "access_token: string;",
        "token: str = Field(...)",
        "max_tokens=4096, token count: 1234",
        "md5: d41d8cd98f00b204e9800998ecf8427e",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "request id 550e8400-e29b-41d4-a716-446655440000",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ==",
        "The secret is out: we won 3-1. The key is to stay calm.",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "xoxb-xxxxxxxxxxxx-xxxxxxxxxxxx",
        '["email", "password", "country"]',
        '{"password": "required|min:8"}',
        '<input type="password" name="password" id="pwd">',
        "postgres://user:<password>@host/db",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert hits(text) == []


@given(before=st.text(st.characters(categories=("Lu", "Ll")), max_size=30), name=st.sampled_from(sorted(KEYS)))
@settings(max_examples=60)
def test_a_planted_key_is_found_in_any_words(before: str, name: str) -> None:
    assert KEYS[name] in hits(f"{before} {KEYS[name]} {before}")


@given(st.text(st.sampled_from("password=token: is-_/+\"'\n abcXYZ019<>{}$") | st.characters(), max_size=200))
@settings(max_examples=300)
def test_hits_stay_inside_the_text_and_those_in_clear_do_not_overlap(text: str) -> None:
    found = DETECTOR.detect_text(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in found)
    in_clear = DETECTOR.find(text)
    assert all(one.end <= other.start for one, other in itertools.pairwise(in_clear))
    assert {*in_clear} <= {*found}


def test_a_text_gets_the_same_hits_in_any_batch() -> None:
    texts = ["password: hunter2", "nothing", KEYS["github"]]
    alone = [DETECTOR.detect(Batch([Subject(text)]))[0] for text in texts]
    assert DETECTOR.detect(Batch([Subject(text) for text in texts])) == alone


@pytest.mark.parametrize(
    "unit",
    [
        "password=",
        "password is ",
        "token for ",
        "-----BEGIN PRIVATE KEY-----",
        "eyJabcdefghij.",
        "://a:",
        "a" * 64,
        "x-",
        "basic ",
    ],
)
def test_time_grows_with_the_text_and_not_faster(unit: str) -> None:
    """100,000 characters take well under a second; a quadratic expression would take minutes."""
    text = (unit * 100_000)[:100_000]
    begin = time.process_time()
    DETECTOR.detect_text(text)
    assert time.process_time() - begin < 2
