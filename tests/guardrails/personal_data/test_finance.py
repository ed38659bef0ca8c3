"""Bank accounts and wallets."""

from __future__ import annotations

import pytest

from nightshift.guardrails.personal_data import PersonalData

DETECTOR = PersonalData()


def hits(text: str, entity: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in DETECTOR.detect_text(text) if hit.entity == entity]


# Examples of the registry of ISO 13616.
@pytest.mark.parametrize(
    "iban",
    [
        "GB82WEST12345698765432",
        "gb82 west 1234 5698 7654 32",
        "DE89 3704 0044 0532 0130 00",
        "NL91-ABNA-0417-1643-00",
        "ES9121000418450200051332",
        "NO9386011117947",
        "FR1420041010050500013M02606",
        "MT84MALT011000012345MTLCAST001S",
    ],
)
@pytest.mark.parametrize("text", ["{}", "pay {} from here", "口座{}です", "IBAN:{}, thanks"])
def test_an_iban_is_found_to_its_last_character(iban: str, text: str) -> None:
    assert hits(text.format(iban), "IBAN_CODE") == [iban]


@pytest.mark.parametrize(
    "text", ["GB82WEST12345698765433", "XX82WEST12345698765432", "GB82WEST123456987654321", "DE12 apples"]
)
def test_what_is_no_iban_stays(text: str) -> None:
    assert hits(text, "IBAN_CODE") == []


# Examples of the proposals that define the forms.
@pytest.mark.parametrize(
    "wallet",
    [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "0x71C7656EC7ab88b098defB751B7401B5f6d8976F",
        "TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC",
    ],
)
def test_a_wallet_is_found(wallet: str) -> None:
    assert hits(f"send it to {wallet}, please", "CRYPTO") == [wallet]


@pytest.mark.parametrize(
    "text",
    [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdz",
        "0x0000000000000000000000000000000000000000",
        "3f786850e387550fdab836ed7e6dc881de23001b",
    ],
)
def test_what_is_no_wallet_stays(text: str) -> None:
    assert hits(text, "CRYPTO") == []


def test_a_date_is_no_account() -> None:
    assert hits("account created 20230115", "US_BANK_NUMBER") == []
