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
    "UK_VAT": ("GB980780684", "GB980780685"),
    "CH_UID": ("CHE-116.281.710", "CHE-116.281.711"),
    "NO_MVA": ("995 525 828 MVA", "995 525 829 MVA"),
    "ID_NPWP": ("01.312.166.0-091.000", "01.312.167.0-091.000"),
    "RU_SNILS": ("112-233-445 95", "112-233-445 96"),
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
    "US_EIN": ("47-7596415", "EIN"),
    "ES_CIF": ("B06862775", "NIF-IVA"),
    "GR_AFM": ("094259216", "ΑΦΜ"),
    "HU_TAJ": ("111 111 110", "TAJ szám"),
    "EG_NATIONAL_ID": ("28203160145601", "الرقم القومي"),
    "CO_CC": ("1.020.851.432", "Cédula de ciudadanía"),
    "UY_CI": ("1.234.567-2", "Cédula"),
    "VE_CI": ("V-13194573", "Cédula"),
    "VE_RIF": ("V-11470283-4", "RIF"),
    "NG_BVN": ("22558115361", "BVN"),
    "PH_SSS": ("38-5184678-9", "SSS"),
    "PH_PHILHEALTH": ("38-518467890-9", "PhilHealth"),
    "UK_VEHICLE_REGISTRATION": ("VL33 SUE", "Vehicle reg"),
    "DE_FUEHRERSCHEIN": ("B072RRE2I55", "driving licence"),
    "IN_DRIVING_LICENCE": ("MH12 20110062821", "DL"),
    "DE_ID_CARD": ("L01X00T471", "identity card"),
    "PASSPORT": ("A1234567", "Passport"),
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


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Passport number: {123456789}", "US_PASSPORT"),
        ("Passport No.{A12345678}", "US_PASSPORT"),
        ("Passport # {A1234567}, nationality Indian", "PASSPORT"),
        ("My passport no. is {O470295}.", "PASSPORT"),
        ("Passport: {AAA123456}", "PASSPORT"),
        ("Passport: {WQIAVZ354}", "PASSPORT"),
        ("Passport No: {29 5410289}", "PASSPORT"),
        ("Номер паспорта: {4512 345678}", "PASSPORT"),
        ("Passeport n° {51VN33181}", "PASSPORT"),
        ("Paszport: {NL5325597}", "PASSPORT"),
        ("Pasaport no: {VY7481898}", "PASSPORT"),
        ("جواز سفر رقم {A1234567}", "PASSPORT"),
        ("Pasaporte: {AAA123456}", "ES_PASSPORT"),
        ("UK passport {123456789}", "UK_PASSPORT"),
        ("Reisepass-Nr.: {C01X00T47}", "DE_PASSPORT"),
        ("Reisepass: {C01X00T478}", "DE_PASSPORT"),
        ("passport {C01X00T47}", "DE_PASSPORT"),
        ("Personalausweisnummer {L01X00T47}", "DE_ID_CARD"),
        ("Driver's license: {WDLUJZB734MO}", "US_DRIVER_LICENSE"),
        ("DL {M 245 514 833 275}", "US_DRIVER_LICENSE"),
        ("DL {E-304-937-865-070}", "US_DRIVER_LICENSE"),
    ],
)
def test_a_document_is_found_whole(text: str, entity: str) -> None:
    value = text[text.index("{") + 1 : text.index("}")]
    assert entities(text.replace("{", "").replace("}", "")) == {entity: value}


@pytest.mark.parametrize(
    "text", ["Reisepass: C01X00T479", "passport CHRYSLERS", "the passport windows10 needs", "passport on 20230115"]
)
def test_what_is_no_document_stays(text: str) -> None:
    assert entities(text) == {}


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("user_ssn", "US_SSN"),
        ("employeeSsn", "US_SSN"),
        ("ssnNumber", "US_SSN"),
        ("tax_id", "US_SSN"),
        ("taxFileNumber", "AU_TFN"),
        ("patient_nhs", "UK_NHS"),
        ("nhsNumber", "UK_NHS"),
        ("npi_number", "US_NPI"),
        ("checking_account", "US_BANK_NUMBER"),
        ("passportNumber", "US_PASSPORT"),
    ],
)
@pytest.mark.parametrize("text", ['{{"{}": "{}"}}', "{}={}", "name\t{}\nAnna\t{}"])
def test_the_name_of_a_field_says_what_it_is(name: str, entity: str, text: str) -> None:
    values = {"US_SSN": "219099999", "US_BANK_NUMBER": "945456787654", "US_PASSPORT": "123456789"}
    value = values.get(entity) or WEAK[entity][0]
    assert entities(text.format(name, value)).get(entity) == value


@pytest.mark.parametrize("name", ["account_id", "accountId", "session", "row_count"])
def test_the_number_of_another_field_stays(name: str) -> None:
    assert entities(f'{{"{name}": 945456787654}}') == {}


@pytest.mark.parametrize("label", ["SSN No.", "SSN Nr.", "SSN no."])
def test_a_label_may_touch_its_value(label: str) -> None:
    assert entities(f"{label}123-45-6789") == {"US_SSN": "123-45-6789"}


@pytest.mark.parametrize("mark", ["_", "**", "__"])
def test_an_id_is_found_between_marks_of_markdown(mark: str) -> None:
    assert entities(f"see {mark}390.533.447-05{mark}.") == {"BR_CPF": "390.533.447-05"}


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("CI: {1.234.567-2}", "UY_CI"),
        ("CI: {1234567-2}", "UY_CI"),
        ("C.I. {12345672}", "UY_CI"),
        ("CI {V-13.194.573}", "VE_CI"),
        ("C.I. {V13194573}", "VE_CI"),
    ],
)
def test_a_cedula_is_found_behind_its_abbreviation(text: str, entity: str) -> None:
    value = text[text.index("{") + 1 : text.index("}")]
    assert entities(text.replace("{", "").replace("}", "")).get(entity) == value


@pytest.mark.parametrize(
    "text", ["CI: build ok, 20240513 artifacts", "CI run 12345672", "CI run 1234567-2", "CI: e1234567 is red"]
)
def test_continuous_integration_is_no_cedula(text: str) -> None:
    assert entities(text).keys().isdisjoint({"UY_CI", "VE_CI"})


def test_a_date_is_no_cedula() -> None:
    assert "UY_CI" not in entities("cédula issued 20240513")


def test_a_tax_file_number_is_no_telephone_number() -> None:
    assert entities("TFN 577 755 937") == {"AU_TFN": "577 755 937"}


@pytest.mark.parametrize(
    ("entity", "label", "value"),
    [
        ("IN_AADHAAR", "Aadhaar", "1234 5678 9012"),
        ("BR_CPF", "CPF", "390.533.447-06"),
        ("ES_NIF", "DNI", "12345678A"),
        ("RU_SNILS", "СНИЛС", "016-886-138 71"),
        ("UY_CI", "Cédula", "9.512.798-9"),
        ("UK_VAT", "VAT", "GB520824171"),
        ("IN_VOTER", "Voter ID", "UYQ3584193"),
        ("IN_GSTIN", "GSTIN", "27ZNSPQ5002Q1Z5"),
    ],
)
def test_a_distinct_form_behind_its_label_needs_no_checksum(entity: str, label: str, value: str) -> None:
    assert entities(f"{label}: {value}") == {entity: value}
    assert entities(f"about {value} of them") == {}


@pytest.mark.parametrize(
    ("text", "entity"), [("TVA : {FR 40 303 265 045}", "EU_VAT"), ("USt-IdNr. {DE 136 695 976}", "DE_VAT_ID")]
)
def test_a_vat_number_may_be_written_in_groups(text: str, entity: str) -> None:
    value = text[text.index("{") + 1 : text.index("}")]
    assert entities(text.replace("{", "").replace("}", "")) == {entity: value}


def test_a_labelled_id_is_no_telephone_number() -> None:
    assert entities("NHS No: 943-476-5919") == {"UK_NHS": "943-476-5919"}


def test_a_number_that_was_never_issued_needs_a_word() -> None:
    assert entities("SSN: 987-65-4321") == {"US_SSN": "987-65-4321"}
    assert entities("about 666-65-4321 of them") == {}


def test_the_nearest_word_decides() -> None:
    found = entities("passport 123456789, bank account 987654321")
    assert (found["US_PASSPORT"], found["US_BANK_NUMBER"]) == ("123456789", "987654321")


def test_entities_are_named_as_presidio_names_them() -> None:
    assert {"CREDIT_CARD", "IBAN_CODE", "UK_NHS", "SG_NRIC_FIN", "MEDICAL_LICENSE", "CRYPTO"} <= entity_names()
    assert len({name.split("_")[0] for name in entity_names()}) > 25
