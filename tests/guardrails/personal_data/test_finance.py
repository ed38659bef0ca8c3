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
        "VA59001123000012345678",
        "FK88SC123456789012",
        "HN88CABF00000000000250005469",
    ],
)
@pytest.mark.parametrize("text", ["{}", "pay {} from here", "口座{}です", "IBAN:{}, thanks"])
def test_an_iban_is_found_to_its_last_character(iban: str, text: str) -> None:
    assert hits(text.format(iban), "IBAN_CODE") == [iban]


# Countries that use IBANs, but are not in the registry.
@pytest.mark.parametrize(
    "iban",
    [
        "AO06 0044 0000 6729 5030 1010 2",
        "CI93 CI00 8011 1301 1342 9120 0589",
        "CM21 1000 2000 3002 7797 6315 008",
        "DZ58 0002 1000 0111 3000 0005 70",
        "IR82 0540 1026 8002 0817 9090 02",
        "MA64 0115 1900 0001 2050 0053 4921",
        "MG46 0000 5030 0712 8942 1016 045",
        "ML13 ML01 6012 0102 6001 0066 8497",
        "MZ59 0003 0108 0016 3671 0237 1",
        "SN08 SN01 0015 2000 0485 0000 3035",
    ],
)
def test_an_iban_out_of_the_registry_is_found_to_its_last_character(iban: str) -> None:
    found = DETECTOR.detect_text(f"to {iban} by Friday")
    assert [(hit.entity, hit.end - hit.start) for hit in found] == [("IBAN_CODE", len(iban))]


@pytest.mark.parametrize(
    "text", ["IBAN{}", "iban_{}", "{}EUR 500", "**{}**", "_{}_"], ids=["label", "name", "currency", "bold", "italic"]
)
def test_an_iban_may_touch_its_label_or_currency(text: str) -> None:
    assert hits(text.format("DE89370400440532013000"), "IBAN_CODE") == ["DE89370400440532013000"]


@pytest.mark.parametrize(
    ("entity", "text", "value"),
    [
        ("BIC_CODE", "BIC: DEUTDEFF500", "DEUTDEFF500"),
        ("BIC_CODE", "SWIFT/BIC code GENODEF1", "GENODEF1"),
        ("MX_CLABE", "CLABE 032180000118359719", "032180000118359719"),
        ("AR_CBU", "CBU 2850590940090418135201", "2850590940090418135201"),
        ("UK_SORT_CODE", "Sort code 62-28-08, acc 12345678", "62-28-08"),
        ("UK_SORT_CODE", "62-28-08 is the sort code", "62-28-08"),
        ("UK_SORT_CODE", "Sort code: 622808", "622808"),
        ("UK_SORT_CODE", "sort code is 622808", "622808"),
        ("UK_SORT_CODE", "Sort code no. 622808", "622808"),
        ("UK_SORT_CODE", '{"sortCode":"622808"}', "622808"),
        ("UK_SORT_CODE", "<sort_code>622808</sort_code>", "622808"),
        ("UK_SORT_CODE", "name,Sort Code,of\nAnna,622808,Bonn", "622808"),
        ("UK_SORT_CODE", "name,sort_code,of\nAnna Meier,,Bonn\n" * 3 + "Anna,622808,Bonn", "622808"),
    ],
)
def test_an_account_of_a_country_is_found_behind_its_label(entity: str, text: str, value: str) -> None:
    assert hits(text, entity) == [value]
    assert hits(f"about {value} of them", entity) == []


@pytest.mark.parametrize(
    "text",
    [
        "SWIFT DATABASES are slow",
        "Swift delivery",
        "SWIFT DELIVERY TODAY",
        "a swift DEUTDEXX7",
        "BIC: VERIFIED",
        "SWIFT: ACCEPTED",
        "BIC code: PROVIDED",
        "SWIFT: BENEFICIARY",
    ],
)
def test_a_word_behind_swift_is_no_bank(text: str) -> None:
    assert hits(text, "BIC_CODE") == []


@pytest.mark.parametrize(
    "text",
    [
        "Please sort code blocks: 123456 lines",
        "sort codebase 10-12-14",
        "Sort code review 10-12-14",
        "Sort code review tickets 104512",
        "Please sort code by 123456",
    ],
)
def test_code_that_is_sorted_is_no_bank(text: str) -> None:
    assert hits(text, "UK_SORT_CODE") == []


@pytest.mark.parametrize(
    "text",
    [
        "GB82WEST12345698765433",
        "XX82WEST12345698765432",
        "GB82WEST123456987654321",
        "DE12 apples",
        "XIBANDE89370400440532013000",
    ],
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
