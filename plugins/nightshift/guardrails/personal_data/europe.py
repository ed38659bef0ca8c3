"""National and tax ids of Europe. python-stdnum knows their checksums.

An id whose letters, groups or several check digits tell it from a number needs no words around it; the others do.
"""

from __future__ import annotations

from nightshift.guardrails.personal_data.checksums import digits_of, weighted
from nightshift.guardrails.personal_data.shapes import Shape

_HERE = "nightshift.guardrails.personal_data.europe"


def is_french_id(value: str) -> bool:
    """The check digits, and a month as INSEE writes it."""
    from stdnum.fr import nir

    return value.replace(" ", "")[3:5] < "43" and nir.is_valid(value)


def is_swedish_id(value: str) -> bool:
    """A date of birth and a Luhn digit; not a company."""
    from stdnum.se import personnummer

    return personnummer.is_valid(value)


_ID = r"national[ _]?id|identity (?:card|number|no)|personal[ _]?(?:id|code|number)|\bid (?:number|no|card)|citizen"
SHAPES: tuple[Shape, ...] = (
    Shape("UK_NINO",
        r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d{2}){3}"
        r" ?[A-D]\b", 0.6, f"{_HERE}:is_nino", r"national insurance|\bnino?\b"),
    Shape("UK_NHS",
        r"\b\d{3}[ -]\d{3}[ -]\d{4}\b|\b\d{10}\b", 0.25, "gb.nhs", r"\bnhs\b|national health|health services?"),
    Shape("DE_TAX_ID",
        r"\b\d{2} ?\d{3} ?\d{3}"
        r" ?\d{3}\b", 0.12, "de.idnr", r"steuer[-_]?id|steueridentifikation|steuerliche|\bidnr\b|\btin\b|tax[ _]?id"),
    Shape("DE_TAX_NUMBER", r"\b\d{2,3}/\d{3,4}/\d{4,5}\b", 0.2, "", r"steuer-?(?:nummer|nr)|\bst\.?-?nr|finanzamt"),
    Shape("DE_SOCIAL_SECURITY",
        r"\b\d{2} ?(?:0[1-9]|[12]\d|3[01]|5[1-9]|[67]\d|8[01])(?:0[1-9]"
        r"|1[0-2])\d{2} ?[A-Z] ?\d{2}\d\b", 0.5, f"{_HERE}:is_german_pension",
            r"versicherungsnummer|rvnr|svnr|sv-nummer|\brente"),
    Shape("DE_HEALTH_INSURANCE", r"\b[A-Z]\d{9}\b", 0.2, f"{_HERE}:is_german_insurance",
        r"kranken(?:versicher|kasse)|versichertennummer|kvnr|gesundheitskarte"),
    Shape("FR_NIR", r"\b[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b", 0.7, f"{_HERE}:is_french_id"),
    Shape("ES_NIF", r"\b\d{8}-?[A-HJ-NP-TV-Z]\b", 0.55, "es.dni", r"\bnif\b|\bdni\b|documento"),
    Shape("ES_NIF", r"\b\d{8}-?[A-HJ-NP-TV-Z]\b", 0.1, "", r"\bnif\b|\bdni\b"),
    Shape("ES_NIE", r"\b[XYZ]-?\d{7}-?[A-Z]\b", 0.65, "es.nie"),
    Shape("IT_FISCAL_CODE",
        r"\b[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b", 0.85, "it.codicefiscale"),
    Shape("NL_BSN", r"\b\d{9}\b|\b\d{4}\.\d{2}\.\d{3}\b", 0.12, "nl.bsn", r"\bbsn\b|burgerservice|sofinummer"),
    Shape("BE_NN", r"\b\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}\b", 0.75, "be.nn"),
    Shape("BE_NN", r"\b\d{11}\b", 0.1, "be.nn",
        r"rijksregister|registre national|national (?:register|number)|niss|insz"),
    Shape("CH_AHV", r"\b756\.\d{4}\.\d{4}\.\d{2}\b|\b756\d{10}\b", 0.65, "ch.ssn", r"\bahv|\bavs\b"),
    Shape("AT_SVNR", r"\b\d{4} ?\d{6}\b", 0.12, "at.vnr", r"sozialversicherung|\bsvnr\b|sv-nummer"),
    Shape("PL_PESEL", r"\b\d{11}\b", 0.15, "pl.pesel", r"pesel|" + _ID),
    Shape("CZ_RC", r"\b\d{6}/\d{3,4}\b", 0.5, "cz.rc", r"rodné|rodne|rodného"),
    Shape("SE_PERSONNUMMER", r"\b(?:19|20)?\d{6}[-+]\d{4}\b", 0.55, f"{_HERE}:is_swedish_id"),
    Shape("SE_PERSONNUMMER", r"\b(?:19|20)?\d{10}\b", 0.1, f"{_HERE}:is_swedish_id",
        r"personn(?:umme)?r|personal identity"),
    Shape("NO_FODSELSNUMMER", r"\b\d{6} ?\d{5}\b", 0.52, "no.fodselsnummer",
        r"fødselsnummer|fodselsnummer|personnummer"),
    Shape("DK_CPR", r"\b\d{6}-\d{4}\b|\b\d{10}\b", 0.12, "dk.cpr", r"\bcpr\b|personnummer"),
    Shape("FI_PERSONAL_IDENTITY_CODE", r"\b\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]\b", 0.75, "fi.hetu"),
    Shape("PT_NIF", r"\b\d{3} ?\d{3} ?\d{3}\b", 0.12, "pt.nif", r"\bnif\b|contribuinte"),
    Shape("IE_PPS", r"\b\d{7}[A-W][A-IW]?\b", 0.4, "ie.pps", r"\bpps"),
    Shape("RO_CNP", r"\b[1-9]\d{12}\b", 0.2, "ro.cnp", r"\bcnp\b|numeric personal"),
    Shape("BG_EGN", r"\b\d{10}\b", 0.12, "bg.egn", r"\begn\b|егн"),
    Shape("GR_AMKA", r"\b\d{11}\b", 0.12, "gr.amka", r"\bamka\b|αμκα"),
    Shape("HU_TAJ", r"\b\d{3} ?\d{3} ?\d{3}\b", 0.2, f"{_HERE}:is_hungarian_insurance", r"\btaj\b"),
    Shape("HR_OIB", r"\b\d{11}\b", 0.12, "hr.oib", r"\boib\b"),
    Shape("EE_IK", r"\b[1-8]\d{10}\b", 0.13, "ee.ik", r"isikukood|" + _ID),
    Shape("LT_AK", r"\b[1-8]\d{10}\b", 0.12, "lt.asmens", r"asmens koda"),
    Shape("LV_PK", r"\b\d{6}-\d{5}\b", 0.3, "lv.pvn", r"personas kod"),
    Shape("IS_KENNITALA", r"\b\d{6}-\d{4}\b", 0.12, "is_.kennitala", r"kennitala"),
    Shape("TR_NATIONAL_ID", r"\b[1-9]\d{10}\b", 0.2, "tr.tckimlik", r"\bt\.?c\.?\b|\btckn\b|kimlik|national[ _]?id"),
    Shape("RU_INN", r"\b\d{10}\b|\b\d{12}\b", 0.12, "ru.inn", r"\binn\b|инн"),
    Shape("RU_SNILS", r"\b\d{3}-\d{3}-\d{3}[ -]\d{2}\b", 0.6, f"{_HERE}:is_russian_pension"),
    Shape("RU_SNILS", r"\b\d{3}-\d{3}-\d{3}[ -]\d{2}\b", 0.2, "", r"\bsnils\b|снилс"),
    Shape("RU_SNILS", r"\b\d{11}\b", 0.12, f"{_HERE}:is_russian_pension", r"\bsnils\b|снилс"),
    Shape("UA_RNTRC", r"\b\d{10}\b", 0.1, "ua.rntrc", r"рнокпп|іпн|rntrc"),
)  # fmt: skip


def is_nino(value: str) -> bool:
    """Prefixes that are not issued."""
    return value[:2].upper() not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def is_german_pension(value: str) -> bool:
    """The check digit of VKVV § 4."""
    value = value.replace(" ", "").upper()
    digits = value[:8] + f"{ord(value[8]) - 64:02d}" + value[9:11]
    products = [int(digit) * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True)]
    return sum(product // 10 + product % 10 for product in products) % 10 == int(value[11])


def is_german_insurance(value: str) -> bool:
    """The check digit of § 290 SGB V."""
    digits = f"{ord(value[0].upper()) - 64:02d}" + value[1:9]
    products = [int(digit) * (1 + place % 2) for place, digit in enumerate(digits)]
    return sum(product // 10 + product % 10 for product in products) % 10 == int(value[9])


def is_hungarian_insurance(value: str) -> bool:
    """The check digit of a TAJ number."""
    digits = digits_of(value)
    return weighted(digits[:8], (3, 7, 3, 7, 3, 7, 3, 7)) % 10 == int(digits[8])


def is_russian_pension(value: str) -> bool:
    """The check digits of a SNILS."""
    digits = digits_of(value)
    return weighted(digits[:9], (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100 == int(digits[9:])
