"""Words that announce a secret: in code, in settings and in prose of many languages."""

from __future__ import annotations

import re

# What a person chooses and types.
PASSWORD = (
    r"pass[ _-]?(?:word|phrase|code)|passwd|passwort|kennwort|pswd|pwd|pass|pw|mot de passe|mdp|contrase[ñn]a"
    r"|clave|senha|palavra-passe|wachtwoord|l[öo]senord"
    r"|adgangskode|passord|salasana|has[łl]o|heslo|jelsz[óo]|parol[aă]|lozinka|[şs]ifre|parola|m[ậa]t kh[ẩa]u"
    r"|kata sandi"
    r"|парол[ья]|密码|密碼|パスワード|暗証番号|비밀번호|รหัสผ่าน|סיסמה|סיסמא|كلمة المرور|كلمة السر|पासवर्ड|κωδικός"
)
_KIND = (
    r"api|access|secret|auth|private|signing|encryption|master|account|service|app|client|consumer|storage"
    r"|subscription|shared|license|deploy|session|admin|webhook|hmac|jwt|cookie|ssh|fernet|crypto|cipher"
)
_SECTION = r"[\"']?:[ ]?\{?\n?[ ]{0,12}[\"']?"  # a heading of settings, and what stands below it
# What a machine hands out.
TOKEN = (
    rf"(?:{_KIND})(?:[ _-]?(?:access[ _-]?)?|{_SECTION})(?:key|token|secret)"
    r"|apikey|(?:bearer|refresh|id|csrf|bot|oauth2?|sas|personal access|github|slack|npm|security|device"
    r"|registration|push)[ _-]?token|token|secret(?:[ _-]?(?:access[ _-]?)?key)?|credentials?|creds"
    r"|clé (?:api|secrète)|api-?schlüssel|schlüssel|clave (?:api|secreta)|chave(?: de api)?|密钥|令牌|APIキー"
    r"|トークン|토큰|токен"
)
# What RE2 looks for before anything else is tried.
GATE = rf"(?:{PASSWORD}|{TOKEN})(?:[^a-z]|$)"
SUFFIX = (
    r"(?:_(?:prod|production|dev|test|staging|live|local|old|new|backup|key|base64|base|value|plaintext|primary"
    r"|secondary|\d{1,2}))?"
)
# What opens nothing: places in lists, signs of language models, names of columns, the public half of a pair.
NO_SECRET = re.compile(
    r"(?:(?<![A-Za-z])|(?-i:(?<=[a-z0-9])(?=[A-Z])))(?:"
    r"(?:page|next|continuation|cursor|sync|skip|change|start|end|cancell?ation|pad|eos|bos|unk|sep|cls|mask|stop"
    r"|design|input|output|more|idempotency|client[ _-]?request)[ _-]?token"
    r"|(?:public|primary|foreign|partition|sort|cache|object|row|hash|range|routing|shard|index|group|map|lookup|host"
    r"|job|item|query|message|idempotency)[ _-]?key)\Z",
    re.IGNORECASE,
)
# Results, tickets and titles have these names, too.
VAGUE = re.compile(r"(?<![a-z0-9_])(?:pass|pw|clave|token|credentials?|creds)\Z", re.IGNORECASE)
IS_PASSWORD = re.compile(rf"(?:{PASSWORD})\Z", re.IGNORECASE)
