"""Ids of many countries: found where the checksum holds, weak ones only where a word says what they are."""

from __future__ import annotations

import pytest

from nightshift.guardrails.personal_data import PersonalData
from nightshift.guardrails.personal_data.detector import entity_names

DETECTOR = PersonalData()
# Specimens of the issuing offices and of python-stdnum's documentation.
STRONG = {
    "US_SSN": ("856-45-6789", "000-45-6789"),
    "US_ITIN": ("912-70-1234", "812-10-12345"),
    "UK_NINO": ("AB123456C", "QQ123456C"),
    "ES_NIF": ("54362315K", "54362315A"),
    "ES_NIE": ("X2482300W", "X2482300A"),
    "IT_FISCAL_CODE": ("RCCMNL83S18D969H", "RCCMNL83S18D969A"),
    "FR_NIR": ("2 95 10 99 126 111 93", "2 95 10 99 126 111 92"),
    "BE_NN": ("85.07.30-033.28", "85.07.30-033.29"),
    "CH_AHV": ("756.9217.0769.85", "756.9217.0769.84"),
    "SE_PERSONNUMMER": ("880320-0016", "880320-0018"),
    "FI_PERSONAL_IDENTITY_CODE": ("131052-308T", "131052-308U"),
    "BR_CPF": ("390.533.447-05", "390.533.447-06"),
    "BR_CNPJ": ("16.727.230/0001-97", "16.727.230/0001-98"),
    "MX_CURP": ("BOXW310820HNERXN09", "BOXW310820HNERXN08"),
    "CL_RUT": ("12.531.909-2", "12.531.909-3"),
    "AR_CUIT": ("20-05536168-2", "20-05536168-3"),
    "KR_RRN": ("971013-1019876", "971313-1019876"),
    "CN_RESIDENT_ID": ("360426199101010071", "360426199101010072"),
    "TH_TNIN": ("1-2345-45678-78-1", "1-2345-45678-78-2"),
    "SG_NRIC_FIN": ("S1234567D", "S1234567A"),
    "IN_PAN": ("ACUPA7085R", "ACUXA7085R"),
    "IN_AADHAAR": ("2341 2341 2346", "2341 2341 2347"),
    "HK_HKID": ("C123456(9)", "C123456(8)"),
    "DE_VAT_ID": ("DE136695976", "DE136695978"),
}
WEAK = {
    "UK_NHS": ("943 476 5919", "NHS number"),
    "PL_PESEL": ("44051401359", "PESEL"),
    "DE_TAX_ID": ("36 574 261 809", "Steuer-ID"),
    "NL_BSN": ("111222333", "BSN"),
    "AU_TFN": ("123 456 782", "tax file number"),
    "AU_ACN": ("004 085 616", "ACN"),
    "AU_ABN": ("83 914 571 673", "ABN"),
    "AU_MEDICARE": ("2123 45670 1", "Medicare card"),
    "IT_VAT_CODE": ("00743110157", "partita IVA"),
    "US_NPI": ("1234567893", "NPI"),
    "US_BANK_NUMBER": ("945456787654", "account number"),
    "ABA_ROUTING_NUMBER": ("021000021", "routing number"),
    "US_PASSPORT": ("X12345678", "passport no."),
    "US_DRIVER_LICENSE": ("D1234567", "driver's license"),
    "US_SSN": ("123456789", "SSN"),
    "TR_NATIONAL_ID": ("17291716060", "T.C. kimlik"),
    "CA_SIN": ("123 456 782", "SIN"),
    "ZA_ID_NUMBER": ("7503305044089", "identity number"),
    "MEDICAL_LICENSE": ("AB1234563", "DEA"),
    "IN_VOTER": ("WKH1186253", "voter id"),
    "RO_CNP": ("1630615123457", "CNP"),
    "HR_OIB": ("33392005961", "OIB"),
    "PT_NIF": ("501 964 843", "contribuinte"),
    "JP_MY_NUMBER": ("1234 5678 9018", "マイナンバー"),
    "IL_ID": ("039337423", "teudat zehut"),
}


def entities(text: str) -> dict[str, str]:
    return {hit.entity: text[hit.start : hit.end] for hit in DETECTOR.detect_text(text)}


@pytest.mark.parametrize("entity", STRONG)
@pytest.mark.parametrize("text", ["{}", "it is {}.", "番号{}です", "({}),"])
def test_a_valid_id_is_found_without_a_word(entity: str, text: str) -> None:
    value = STRONG[entity][0]
    assert entities(text.format(value)).get(entity) == value


@pytest.mark.parametrize("entity", STRONG)
def test_an_id_with_a_wrong_checksum_stays(entity: str) -> None:
    assert entity not in entities(f"it is {STRONG[entity][1]}.")


@pytest.mark.parametrize("entity", WEAK)
def test_a_weak_id_needs_a_word(entity: str) -> None:
    value, word = WEAK[entity]
    assert entities(f"{word}: {value}").get(entity) == value
    assert entity not in entities(f"about {value} of them")


@pytest.mark.parametrize("entity", STRONG)
def test_a_part_of_a_longer_identifier_is_no_id(entity: str) -> None:
    assert entity not in entities(f"ZX9-{STRONG[entity][0]}-7Q")


def test_a_number_that_was_never_issued_needs_a_word() -> None:
    assert entities("SSN: 987-65-4321") == {"US_SSN": "987-65-4321"}
    assert entities("about 666-65-4321 of them") == {}


def test_the_nearest_word_decides() -> None:
    found = entities("passport 123456789, bank account 987654321")
    assert (found["US_PASSPORT"], found["US_BANK_NUMBER"]) == ("123456789", "987654321")


def test_entities_are_named_as_presidio_names_them() -> None:
    assert {"CREDIT_CARD", "IBAN_CODE", "UK_NHS", "SG_NRIC_FIN", "MEDICAL_LICENSE", "CRYPTO"} <= entity_names()
    assert len({name.split("_")[0] for name in entity_names()}) > 25
