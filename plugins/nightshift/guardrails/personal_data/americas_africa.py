"""National and tax ids of Latin America, Africa and the Middle East. python-stdnum knows their checksums."""

from __future__ import annotations

from nightshift.guardrails.personal_data.checksums import digits_of, is_date, weighted
from nightshift.guardrails.personal_data.shapes import Shape

_HERE = "nightshift.guardrails.personal_data.americas_africa"
_CHECKSUMS = "nightshift.guardrails.personal_data.checksums"
_TAX = r"tax (?:id|number|reference)"
# A bare "CI" is as often continuous integration: it counts only before a number that is written with its dash.
_CEDULA = r"c[ée]dula|\bc\.i\b"
SHAPES: tuple[Shape, ...] = (
    Shape("BR_CPF", r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", 0.8, "br.cpf"),
    Shape("BR_CPF", r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", 0.2, "", r"\bcpf\b"),
    Shape("BR_CPF", r"\b\d{11}\b", 0.15, "br.cpf", r"\bcpf\b"),
    Shape("BR_CNPJ", r"\b\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}\b", 0.8, "br.cnpj"),
    Shape("BR_CNPJ", r"\b\d{14}\b", 0.15, "br.cnpj", r"\bcnpj\b"),
    Shape("MX_CURP", r"\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d\b", 0.85, "mx.curp"),
    Shape("MX_RFC", r"\b[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}\b", 0.4, "mx.rfc", r"\brfc\b"),
    Shape("CL_RUT", r"\b\d{1,2}\.\d{3}\.\d{3}-[0-9K]\b", 0.75, "cl.rut"),
    Shape("CL_RUT", r"\b\d{7,8}-[0-9K]\b", 0.3, "cl.rut", r"\bru[tn]\b"),
    Shape("AR_CUIT", r"\b(?:2[0347]|3[034])-\d{8}-\d\b", 0.7, "ar.cuit"),
    Shape("AR_CUIT", r"\b(?:2[0347]|3[034])\d{9}\b", 0.15, "ar.cuit", r"\bcui[tl]\b"),
    Shape("AR_DNI", r"\b\d{2}\.?\d{3}\.?\d{3}\b", 0.1, "ar.dni", r"\bdni\b"),
    Shape("CO_NIT", r"\b\d{3}\.?\d{3}\.?\d{3}-?\d\b", 0.15, "co.nit", r"\bnit\b"),
    Shape("CO_CC", r"\b\d{1,3}(?:\.\d{3}){2,3}\b|\b\d{8,10}\b", 0.05, "", r"c[ée]dula|\bc\.c\.|ciudadan[ií]a"),
    Shape("PE_RUC", r"\b[12]\d{10}\b", 0.15, "pe.ruc", r"\bruc\b"),
    Shape("EC_CI", r"\b\d{10}\b", 0.12, "ec.ci", r"cédula|cedula"),
    Shape("UY_RUT", r"\b\d{12}\b", 0.12, "uy.rut", r"\brut\b"),
    Shape("UY_CI", r"\b[1-9]\.\d{3}\.\d{3}-\d\b", 0.15, "", r"c[ée]dula|\bc\.?i\b"),
    Shape("UY_CI", r"\b[1-9]\.?\d{3}\.?\d{3}-\d\b", 0.2, f"{_HERE}:is_uruguayan", rf"{_CEDULA}|\bci:"),
    Shape("UY_CI", r"\b[1-9]\.?\d{3}\.?\d{3}\d\b", 0.2, f"{_HERE}:is_uruguayan", _CEDULA),
    Shape("VE_CI", r"\b[VE]-\d{1,2}\.?\d{3}\.?\d{3}\b", 0.2, "", rf"{_CEDULA}|\bci\b|venezol"),
    Shape("VE_CI", r"\b[VE]\d{1,2}\.?\d{3}\.?\d{3}\b", 0.2, "", rf"{_CEDULA}|venezol"),
    Shape("ZA_ID_NUMBER", r"\b\d{13}\b", 0.2, "za.idnr", r"(?:\b|_)id\b|identity|south african id"),
    Shape("ZA_ID_NUMBER", r"\b\d{6} \d{4} \d{3}\b", 0.5, "za.idnr", r"(?:\b|_)id\b|identity"),
    Shape("ZA_INCOME_TAX_NUMBER", r"\b[01239]\d{9}\b", 0.12, "za.tin", r"\bsars\b|income tax|" + _TAX),
    Shape("NG_NIN", r"\b\d{11}\b", 0.12, "verhoeff", r"\bnin\b|nimc|national[ _]?identi"),
    Shape("NG_BVN", r"\b22\d{9}\b", 0.2, "", r"\bbvn\b|bank verification"),
    Shape("EG_NATIONAL_ID",
        r"\b[23]\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:0[1-4]|[12]\d|3[1-5]|88)\d{5}\b", 0.2, "",
            r"القومي|بطاقة|national[ _]?id|egyptian id"),
    Shape("EG_TN", r"\b\d{3}-\d{3}-\d{3}\b", 0.1, "eg.tn", _TAX),
    Shape("KE_PIN", r"\b[AP]\d{9}[A-Z]\b", 0.4, "ke.pin", r"\bkra\b|\bpin\b"),
    Shape("AE_EMIRATES_ID", r"\b784-\d{4}-\d{7}-\d\b", 0.75, f"{_CHECKSUMS}:passes_luhn_grouped"),
    Shape("SA_NATIONAL_ID", r"\b[12]\d{9}\b", 0.12, f"{_CHECKSUMS}:passes_luhn_grouped", r"iqama|national[ _]?id|هوية"),
)  # fmt: skip


def is_uruguayan(value: str) -> bool:
    """The check digit of a cédula de identidad, and not a date."""
    digits = digits_of(value)
    return not is_date(value) and (weighted(digits[:7], (2, 9, 8, 7, 6, 3, 4)) + int(digits[7])) % 10 == 0
