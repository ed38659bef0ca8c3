"""Bank accounts, crypto wallets and hardware addresses."""

from __future__ import annotations

from nightshift.guardrails.personal_data.checksums import digits_of, is_date, weighted
from nightshift.guardrails.personal_data.shapes import Shape

_HERE = "nightshift.guardrails.personal_data.finance"
_WALLETS = "nightshift.guardrails.personal_data.wallets"
_WALLET_WORDS = (
    r"wallet|bitcoin|btc|crypto|ethereum|\beth\b|litecoin|\bltc\b|dogecoin|solana|\bsol\b|monero|xmr|tron|usdt"
)
_ACCOUNT = (
    r"\b(?:bank|accounts?|acct|a/c|bank_?account\w*|account_?(?:number|no|num)|konto\w*|kontonummer|compte"
    r"|cuenta|conto|conta|rekening\w*"
    r"|cbu|clabe|direct deposit|sort code|iban)\b|счет|счёт|口座|账号|账户|帳號|계좌"
)
_ROUTING = r"\b(?:routing|aba|rtn|transit|wire)\b|routing_?n"

# "Sort code blocks" and "sort code review" are about programs.
_SORT_CODE = r"\bsort[ -]?codes?(?:$|[^ \pL]| (?:$|[^br]|b[^l]|re?[^ev]))"
# Six digits are anything: a label stands right before them, or they are cells under one.
_SORT_CODE_BEFORE = (
    r"\bsort[ _]?codes?(?: (?:no|nr|number))?\.?[\s:#=>\"'-]{0,4}(?:is )?[\"'(]?(?:\d{6}|$)"
    r"|(?:^|[,;|\t\n])[\"']?sort[ _]?codes?[\"']?[,;|\t\n]"
    r"|^sort[ _]?codes? (?s:.*)[,;|\t\n][\"']?$"
)


def is_routing_number(value: str) -> bool:
    """The checksum of the American Bankers Association."""
    digits = digits_of(value)
    return digits[:2] != "00" and weighted(digits, (3, 7, 1, 3, 7, 1, 3, 7, 1)) % 10 == 0


def is_mac_address(value: str) -> bool:
    """Six bytes, not all zeros or all ones: a fingerprint has more."""
    return len(value) <= 17 and len(set(value.lower()) - set(":-.")) > 2


def is_account(value: str) -> bool:
    """Eight digits at least, and not a date."""
    return 8 <= len(digits_of(value)) <= 17 and not is_date(value)


def is_clabe(value: str) -> bool:
    """The check digit of Mexico's Clave Bancaria Estandarizada."""
    digits = digits_of(value)
    total = sum(int(digit) * (3, 7, 1)[place % 3] % 10 for place, digit in enumerate(digits[:17]))
    return (total + int(digits[17])) % 10 == 0


SHAPES: tuple[Shape, ...] = (
    Shape("CRYPTO", r"\b(?:[13][1-9A-Za-z]{25,34}|[LMDTr][1-9A-Za-z]{25,34})\b", 0.98, f"{_WALLETS}:is_base58check"),
    Shape("CRYPTO", r"\b(?:bc|tb|ltc)1[a-z0-9]{25,80}\b|\baddr1[a-z0-9]{50,100}\b", 0.98, f"{_WALLETS}:is_bech32"),
    Shape("CRYPTO", r"\b0x[0-9a-f]{40}\b", 0.75, f"{_WALLETS}:is_ethereum"),
    Shape("CRYPTO", r"\b4[0-9AB][1-9A-Za-z]{93}\b", 0.8),
    Shape("CRYPTO", r"\b[1-9A-Za-z]{43,44}\b", 0.1, "", _WALLET_WORDS),
    Shape("MAC_ADDRESS", r"\b[0-9a-f]{2}(?::[0-9a-f]{2}){5,32}\b", 0.9, f"{_HERE}:is_mac_address"),
    Shape("MAC_ADDRESS", r"\b[0-9a-f]{2}(?:-[0-9a-f]{2}){5,32}\b", 0.8, f"{_HERE}:is_mac_address"),
    Shape("MAC_ADDRESS", r"\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b", 0.6, f"{_HERE}:is_mac_address", r"\bmac\b"),
    Shape("US_BANK_NUMBER", r"\b\d{8,17}\b", 0.05, f"{_HERE}:is_account", _ACCOUNT),
    Shape("US_BANK_NUMBER", r"\b\d{2,6}(?:[ -]\d{2,6}){1,4}\b", 0.02, f"{_HERE}:is_account", _ACCOUNT),
    Shape("ABA_ROUTING_NUMBER", r"\b[0123678]\d{3}-?\d{4}-?\d\b", 0.06, f"{_HERE}:is_routing_number", _ROUTING),
    Shape("MX_CLABE", r"\b\d{18}\b|\b\d{3} \d{3} \d{11} \d\b", 0.3, f"{_HERE}:is_clabe", r"\bclabe\b"),
    Shape("AR_CBU", r"\b\d{22}\b|\b\d{8} \d{14}\b", 0.3, "ar.cbu", r"\bc[bv]u\b"),
    Shape("UK_SORT_CODE", r"\b\d{2}-\d{2}-\d{2}\b|\b\d{2} \d{2} \d{2}\b", 0.1, "", _SORT_CODE),
    Shape("UK_SORT_CODE", r"\b\d{6}\b", 0.1, "", _SORT_CODE_BEFORE),
)
