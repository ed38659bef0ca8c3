"""Secrets: found to the character; hashes, placeholders and sentences about passwords stay."""

from __future__ import annotations

import base64
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
# What a machine draws, made up the same way.
DRAWN = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6" * 5
HEX = "0123456789abcdef" * 10
UUID = "01234567-89ab-cdef-0123-456789abcdef"
MORE_KEYS = [
    "sk-lf-" + UUID, "sk_" + HEX[:48], "tgp_v1_" + DRAWN[:43], "fw_" + DRAWN[:24], "esecret_" + DRAWN.lower()[:26],
    "csk-" + DRAWN.lower()[:48], "pa-" + DRAWN[:43], "jina_" + DRAWN[:60], "wandb_v1_" + DRAWN[:77],
    "llx-" + DRAWN[:48], "fc-" + HEX[:32], "apify_api_" + DRAWN[:36], "e2b_" + HEX[:40], "ak-" + DRAWN[:22],
    DRAWN[:76] + "+ASt" + DRAWN[:6] + "==", DRAWN[:33] + "+ASb" + "A1b2C3=", DRAWN[:42] + "AzSe" + "A1b2C3",
    DRAWN[:52] + "JQQJ99" + DRAWN[:26], DRAWN[:76] + "AZDO" + DRAWN[:4],
    "1//0" + DRAWN[:97], "LTAI" + DRAWN[:20], "AKID" + DRAWN[:32], "AQVN" + DRAWN[:35], "HRKU-AA" + DRAWN[:58],
    "v1.0-" + HEX[:24] + "-" + HEX[:146], "nfp_" + DRAWN[:36], "tk-us-" + DRAWN[:48],
    "tskey-auth-" + DRAWN[:17] + "-" + DRAWN[:32], "tskey-api-" + DRAWN[:12] + "CNTRL-" + DRAWN[:32],
    "FlyV1 fm2_" + DRAWN[:90], "fm2_" + DRAWN[:90] + ",fm2_" + DRAWN[:90], "napi_" + DRAWN.lower()[:64],
    "AVNS_" + DRAWN[:19], "CCDB1_" + DRAWN[:22] + "_" + DRAWN[:40], "4b1d" + DRAWN[:38], "cflt" + DRAWN[:60],
    "sha256~" + DRAWN[:43], "s." + DRAWN[:24], DRAWN[:14] + ".atlasv1." + DRAWN[:64], "ops_eyJ" + DRAWN[:250],
    "A3-" + "A1B2C3-A1B2C3D4E5F-A1B2C-A1B2C-A1B2C", "00" + DRAWN[:40],
    "GR1348941" + DRAWN[:20], "ATTA" + HEX[:72], "cmVmdGtuOj" + DRAWN[:54], "CLOJARS_" + DRAWN.lower()[:60],
    "sqp_" + HEX[:40], "squ_" + HEX[:40], "sgp_" + HEX[:40], "sgp_local_" + HEX[:40], "sgp_" + DRAWN[:64],
    "pat." + DRAWN[:22] + "." + DRAWN[:24] + "." + DRAWN[:20], "API-" + DRAWN.upper()[:26], "ico-" + DRAWN[:32],
    "pnu_" + DRAWN[:36], "rdme_" + DRAWN.lower()[:70], "sdk-" + UUID, "cu_" + HEX[:32], "waka_" + UUID,
    "access-production-" + UUID, "rzp_live_" + DRAWN[:14], "FLWSECK-" + HEX[:32] + "-X", "duffel_live_" + DRAWN[:43],
    "xapp-" + "1-A1B2C3D4E5F-1234567890123-" + HEX[:64], "mlsn." + HEX[:64], "IGQV" + DRAWN[:150],
    "A" * 22 + "b1" + DRAWN[:80], "oauth:" + DRAWN.lower()[:30], "pat-na1-" + UUID,
    "tfp_" + DRAWN[:44] + "_" + DRAWN[:14], "aio_" + DRAWN[:28], "dG9rOj" + DRAWN[:53] + "=",
    "1/" + "1234567890123456:" + HEX[:32],
    "2/" + "1234567890123456/1234567890123456:" + HEX[:32], "sk.eyJ1Ijoi" + DRAWN[:60] + "." + DRAWN[:22],
    "sl." + DRAWN[:130], "sl.u." + DRAWN[:130], "fio-u-" + DRAWN[:64], "CFPAT-" + DRAWN[:43],
]  # fmt: skip


def hits(text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in DETECTOR.detect_text(text)]


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize(
    "text", ["{}", "use {}, please.", "KEY={}", "キー{}です", 'x = "{}"', "Authorization: Bearer {}"]
)
def test_a_key_of_a_known_shape_is_found(name: str, text: str) -> None:
    assert hits(text.format(KEYS[name])) == [KEYS[name]]


@pytest.mark.parametrize("key", MORE_KEYS, ids=lambda key: key[:12])
@pytest.mark.parametrize("text", ["Is {}, expired?", 'k="{}"'])
def test_the_key_of_a_smaller_provider_is_found(key: str, text: str) -> None:
    assert hits(text.format(key)) == [key]


@pytest.mark.parametrize(
    "text",
    [
        "pa-rent-child-relation-2024-long-name-for-a-thing-x1",
        "fw_upgrade_available_flag_2",
        "v1.0-beta, sha256~, 1//0 and oauth:callback",
        "API-DOCUMENTATIONREFERENCEGUI",
        "s.replaceallofthemwithnothing",
        f"commit 00{HEX[:38]}",
        "00-1234567890-1234567890-1234567890-123456",
        f"request-{UUID}, sdk-core-2.1, pat.sajak.wheel",
        "A" * 60,
        "as-SomeIdentifierOfAClassX",
    ],
)
def test_a_word_that_begins_like_a_key_stays(text: str) -> None:
    assert hits(text) == []


LONG = DRAWN[:40]
SHORT = "Kx9!mP2vL7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (text.replace("SHORT", SHORT).replace("LONG", LONG), SHORT if "SHORT" in text else LONG)
        for text in (
            # A capital begins a word, too.
            '"dbPassword": "SHORT"', "hikariPassword=SHORT", "smtpPass: SHORT", "<dbPassword>SHORT</dbPassword>",
            'user.setPassword("SHORT")', '"DBPassword": "SHORT"', '"stripeApiKey": "LONG"', "jwtSecret: 'LONG'",
            # JSON inside of JSON; a name and a value.
            '{\\"password\\":\\"SHORT\\"}', '{\\"api_key\\": \\"LONG\\"}', '{"name":"DB_PASSWORD","value":"SHORT"}',
            '{"Name":"/db/password","Type":"SecureString","Value":"SHORT"}', '{"ParameterKey":"DbPassword",'
            '"ParameterValue":"SHORT"}', '- name: "API_KEY"\n  value: "LONG"', '<entry key="password">SHORT</entry>',
            "<key>password</key>\n  <string>SHORT</string>", 'variable "db_password" {\n  default = "SHORT"\n}',
            # Tables.
            "user,password,host\nbob,SHORT,db1", "name;api_key\nsvc;LONG", "host\tpwd\r\nh1\tSHORT\r\n",
            "| user | password |\n|---|---|\n| bob | SHORT |", "password\tSHORT", '"Password";"SHORT"',
            # Types, literals, blocks, tags.
            'const password: string = "SHORT"', 'password: str = "SHORT"', 'val token: String = "LONG"',
            'let key_secret: &str = "LONG"', 'let password = String::from("SHORT");', 'var password string = "SHORT"',
            'password: SecretStr = SecretStr("SHORT")', "password = b'SHORT'", "password = r'SHORT'",
            'password = """SHORT"""', "password: |\n  SHORT\n", "password: >-\n  SHORT", "password: !plain SHORT",
            "password: !!str SHORT",
            # SQL, commands, calls, files of programs.
            "IDENTIFIED BY 'SHORT'", "IDENTIFIED WITH caching_sha2_password BY 'SHORT'",
            "ALTER USER scott IDENTIFIED BY SHORT", "--db-password SHORT", "java -Dpassword=SHORT",
            "ENV DB_PASSWORD SHORT", "redis-cli -a SHORT ping", "mongosh -u root -p SHORT", "7z x -pSHORT a.7z",
            "unzip -P SHORT a.zip", "openssl enc -k SHORT -in a", "jdbc:oracle:thin:app/SHORT@db:1521",
            'get(url, auth=("bob", "SHORT"))',
            'new NetworkCredential("admin", "SHORT")', 'ConvertTo-SecureString "SHORT" -AsPlainText',
            "db.corp.example:5432:shop:app:SHORT", "vault login LONG",
            # Names.
            "SECRET_KEY_BASE=LONG", "AIRFLOW__CORE__FERNET_KEY=LONG", "MAPS_KEY=LONG", "REDIS_AUTH=LONG",
            "encryption:\n  key: LONG", '"encryption": {"key": "LONG"}', "key: LONG", "my key is LONG",
            "The API key you asked for: LONG", "Please rotate this key: LONG", "PW: SHORT", "password SHORT",
            # Nothing but the value.
            "Set-Cookie: PHPSESSID=LONG; path=/", "Cookie: theme=dark; sessionid=LONG", "APP_KEY=base64:LONG",
            "パスワードはSHORTです", "**Password:** SHORT", "Password: **SHORT**",
            "Cookie: _ga=GA1.2.1234567890.1699999999; sessionid=LONG", "Cookie: consent=accepted-by-user; sid=LONG",
            "net user bob SHORT /add", "create user bob identified by 'SHORT'", "smb://CORP;bob:SHORT@files/share",
            'name,user,password\n"Smith, Anna",asmith,SHORT', "user,pass\nbob,SHORT", "login,token\nbob,LONG",
            "name,token\nsvc,LONG", "db_pass\tSHORT", "| pass | SHORT |",
            "the password is “SHORT”", "I changed my password from SHORT to another one",
        )
    ],
)  # fmt: skip
def test_a_value_is_found_wherever_code_and_people_put_it(text: str, expected: str) -> None:
    assert hits(text) == [expected]


def test_a_name_and_a_password_in_base64_are_found() -> None:
    """Of a registry or npm: what decodes to something else is no password."""
    login = base64.b64encode(b"bob:" + SHORT.encode()).decode()
    assert hits(f'{{"auths": {{"registry.example": {{"auth": "{login}"}}}}}}') == [login]
    assert hits(f"_auth={login}") == [login]
    assert hits('"auth": "required1234567=="') == []


def test_the_words_that_open_a_wallet_are_found() -> None:
    words = "witch collapse practice feed shame open despair creek road again ice least"
    assert hits(f"my recovery phrase is {words}") == [words]
    assert hits("the recovery phrase is made of twelve words, keep it in a safe place and tell nobody") == []


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
        # The value ends in the word itself.
        ("password: MyS3cretPassword", "MyS3cretPassword"),
        ('{"password": "Test123password"}', "Test123password"),
        ("pwd=Admin123pwd", "Admin123pwd"),
        ("my password is Hunter2password", "Hunter2password"),
        ("token: a8f3b2c9d1e7token", "a8f3b2c9d1e7token"),
        # Signs that end a bare value, between escaped quotation marks.
        (r'{"cmd":"export DB_PASSWORD=\"S3cr3t,Pw\""}', "S3cr3t,Pw"),
        (r'{"body": "{\"password\":\"a|b9c!d\"}"}', "a|b9c!d"),
        (r'{"body": "{\\\"password\\\":\\\"p@ss;word1\\\"}"}', "p@ss;word1"),
        (r'{"msg": "he said \"my password is Hunter2!x\" today"}', "Hunter2!x"),
        # A backslash of the password, and one that ends its line.
        (r"DB_PASSWORD=x7\tQ9\rzz1!", r"x7\tQ9\rzz1!"),
        (r"password: Tr0ub4\nd0r3", r"Tr0ub4\nd0r3"),
        (r'{"log": "password=Hunter2x\nnext line"}', "Hunter2x"),
        (r"start\npassword=Hunter2x\nnext line", "Hunter2x"),
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
        "password: str = None",
        'token: str = os.environ["TOKEN2"]',
        "apiKey = process.env.API_KEY",
        '"dbPassword": "${DB_PASSWORD}"',
        'setPassword("<password>")',
        'getToken("user_7"), get_secret("prod/db/password1")',
        '"forgotPassword": "Forgot?", "newPassword": "New"',
        f'nextPageToken: "{DRAWN[:22]}"',
        f'"NextContinuationToken": "{DRAWN[:32]}"',
        '"output_token": "NextPartNumberMarker"',
        "user,password\nbob,<hidden>",
        "| field | password |\n|-------|----------|\n| type | string |",
        "password,count\n,3",
        '{"name": "password", "value": ""}',
        '{"name": "max_tokens", "value": "4096"}',
        "<td>password</td><td>string</td>",
        'variable "db_password" { type = string }',
        "password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256",
        "password: !Ref DbPassword1",
        "The patient was identified by initials2.",
        "--password-stdin, --token $TOKEN",
        "mysql -u root -p shop",
        'redis-cli -a "$REDIS_PASSWORD"',
        'login("user", "home")',
        "PUBLIC_KEY=AAAAB3NzaC1yc2EAAAADAQABAAAB",
        f'"key": "{HEX[:32]}"',
        f'"key": "{UUID}"',
        f"The primary key is {DRAWN[:24]}",
        '"key": "AccountManagerDashboard2Title"',
        "foo.py:12:80:E501:x1",
        'password=f"{user}-pw1"',
        'token_regex = "[A-Za-z0-9]{20}"',
        "Cookie: theme=dark; lang=en",
        "{ACCESS_TOKEN: Token, UserToken: UserToken}",
        "'user_password': 'userPassword', token: models.RefreshToken, token: oauth2Token",
        "PrivateKey = rust_openssl.hpke.MLKEM768X25519PrivateKey",
        "where password = @password or password = :password",
        "Cookie: theme=dark; locale=en_GB; consent=accepted-2024-01-01; _ga=GA1.2.1234567890.1699999999",
        "see https://acme.com,email:anna@acme.com",
        # Results, titles and tickets.
        "login\tPASS\t0.32s",
        "TC-001\tLogin works\tPass\tv2.3.1",
        "ski pass\tEUR45.00",
        "| login | Pass | v2.3.1 |",
        "Test,Pass,Fail\nsuite-1,98%,2%\nsuite-2,100%,0%",
        "| Field | Pass | Notes |\n|---|---|---|\n| a | 12/12 | ok |",
        "Name,Credentials,Dept\nAnna Smith,MD-PhD2019,ER",
        # Words and options that programs have, too.
        "Net user growth 4.2% year on year. Net user base 1,200,000",
        "net user growth 4.2% year on year",
        "unzip -p app_v2.jar META-INF/MANIFEST.MF",
        "ldapsearch -x -W uid=jsmith2",
        "BCP and DR plan -Phase2",
        "mongodump -port2",
        "Identified by 'Form-27B' in the annex",
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
        "password,a\n",
        'password" {',
        "cookie: a=b;",
        "cookie: ",
        '"a","b""c,',
        "create user ",
        '\\"password\\":',
        "key: ",
        "key a ",
        'auth("a", ',
        "--a-",
        "dbPassword: b = ",
        "sl.",
    ],
)
def test_time_grows_with_the_text_and_not_faster(unit: str) -> None:
    """100,000 characters take well under a second; a quadratic expression would take minutes."""
    text = (unit * 100_000)[:100_000]
    begin = time.process_time()
    DETECTOR.detect_text(text)
    assert time.process_time() - begin < 2
