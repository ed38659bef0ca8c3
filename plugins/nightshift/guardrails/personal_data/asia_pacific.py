"""National and tax ids of Asia and Oceania. python-stdnum knows their checksums."""

from __future__ import annotations

from nightshift.guardrails.personal_data.checksums import digits_of, weighted
from nightshift.guardrails.personal_data.shapes import Shape

_HERE = "nightshift.guardrails.personal_data.asia_pacific"


def is_medicare(value: str) -> bool:
    """The check digit of Services Australia."""
    digits = digits_of(value)
    return weighted(digits[:8], (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(digits[8])


def is_nric(value: str) -> bool:
    """The check letter of Singapore's registration numbers."""
    first, last = value[0].upper(), value[-1].upper()
    total = weighted(value[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(first, 0)
    if first == "M":
        return "KLJNPQRTUWX"[10 - total % 11] == last
    return ("JZIHGFEDCBA" if first in "ST" else "XWUTRQPNMLK")[total % 11] == last


def is_pan(value: str) -> bool:
    """The fourth letter says what kind of taxpayer it is."""
    return value[3].upper() in "ABCEFGHJKLPT"


def is_korean_birth(value: str) -> bool:
    """A date of birth; the check digit is gone since October 2020."""
    month, day = int(value[2:4]), int(value[4:6])
    return 1 <= month <= 12 and 1 <= day <= 31


def is_hong_kong_id(value: str) -> bool:
    """The check digit in brackets."""
    value = value.upper().replace("(", "").replace(")", "")
    letters, check = value[:-1].rjust(8), value[-1]
    numbers = [36 if character == " " else int(character, 36) for character in letters]
    total = sum(number * weight for number, weight in zip(numbers, range(9, 1, -1), strict=True))
    return (total + (10 if check == "A" else int(check, 36))) % 11 == 0


def is_taiwanese_id(value: str) -> bool:
    """Ministry of the Interior: the letter stands for two digits."""
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".find(value[0].upper()) + 10
    return (place // 10 + weighted(str(place % 10) + value[1:], (9, 8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def is_malaysian_id(value: str) -> bool:
    """A date of birth and a place."""
    return is_korean_birth(value)


SHAPES: tuple[Shape, ...] = (
    Shape("AU_ABN", r"\b\d{2} \d{3} \d{3} \d{3}\b", 0.45, "au.abn", r"\babn\b|australian business"),
    Shape("AU_ABN", r"\b\d{11}\b", 0.1, "au.abn", r"\babn\b|australian business"),
    Shape("AU_ACN", r"\b\d{3} ?\d{3} ?\d{3}\b", 0.12, "au.acn", r"\bacn\b|australian company"),
    Shape("AU_TFN", r"\b\d{3} ?\d{3} ?\d{3}\b|\b\d{8}\b", 0.25, "au.tfn", r"\btfn\b|tax file"),
    Shape("AU_MEDICARE", r"\b[2-6]\d{3} ?\d{5} ?\d(?: ?[/-]? ?\d)?\b", 0.13, f"{_HERE}:is_medicare", r"\bmedicare\b"),
    Shape("NZ_IRD", r"\b\d{2,3}[- ]?\d{3}[- ]?\d{3}\b", 0.12, "nz.ird", r"\bird\b|inland revenue"),
    Shape("IN_PAN", r"\b[A-Z]{5}\d{4}[A-Z]\b", 0.6, f"{_HERE}:is_pan", r"\bpan\b|permanent account|income tax"),
    Shape("IN_AADHAAR", r"\b[2-9]\d{3}[ -]\d{4}[ -]\d{4}\b", 0.5, "in_.aadhaar", r"aa?dh?aa?r|uidai|आधार"),
    Shape("IN_AADHAAR", r"\b\d{4}[ -]\d{4}[ -]\d{4}\b", 0.2, "", r"aa?dh?aa?r|uidai|आधार"),
    Shape("IN_AADHAAR", r"\b[2-9]\d{11}\b", 0.14, "in_.aadhaar", r"aa?dh?aa?r|uidai|आधार"),
    Shape("IN_VOTER", r"\b[A-Z]{3}\d{7}\b", 0.3, "in_.epic", r"\bvoter|\bepic\b|elector"),
    Shape("IN_VOTER", r"\b[A-Z]{3}\d{7}\b", 0.1, "", r"\bvoter|\bepic\b|elector"),
    Shape("IN_GSTIN", r"\b\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]\b", 0.2, "", r"\bgst"),
    Shape("IN_GSTIN", r"\b\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]\b", 0.8, "in_.gstin"),
    Shape("SG_NRIC_FIN", r"\b[STFGM]\d{7}[A-Z]\b", 0.6, f"{_HERE}:is_nric", r"\bnric\b|\bfin\b|identity card"),
    Shape("SG_UEN", r"\b\d{8,9}[A-Z]\b|\b[TSR]\d{2}[A-Z]{2}\d{4}[A-Z]\b", 0.3, "sg.uen", r"\buen\b|unique entity|acra"),
    Shape("KR_RRN", r"\b\d{6}-[1-4]\d{6}\b", 0.6, f"{_HERE}:is_korean_birth", r"주민|resident registration|\brrn\b"),
    Shape("KR_RRN", r"\b\d{6}[1-4]\d{6}\b", 0.12, f"{_HERE}:is_korean_birth", r"주민|resident registration|\brrn\b"),
    Shape("KR_FRN", r"\b\d{6}-?[5-8]\d{6}\b", 0.3, f"{_HERE}:is_korean_birth",
        r"외국인|foreigner registration|\bfrn\b"),
    Shape("KR_BRN", r"\b\d{3}-\d{2}-\d{5}\b", 0.4, "kr.brn", r"사업자|business registration"),
    Shape("JP_MY_NUMBER", r"\b\d{4}[ -]?\d{4}[ -]?\d{4}\b", 0.12, "jp.in_", r"my ?number|マイナンバー|個人番号"),
    Shape("CN_RESIDENT_ID", r"\b[1-9]\d{5}(?:19|20)\d{9}[0-9X]\b", 0.75, "cn.ric"),
    Shape("HK_HKID", r"\b[A-Z]{1,2}\d{6}\([0-9A]\)", 0.75, f"{_HERE}:is_hong_kong_id"),
    Shape("TW_NATIONAL_ID", r"\b[A-Z][1289]\d{8}\b", 0.45, f"{_HERE}:is_taiwanese_id",
        r"身分證|national[ _]?id|identity"),
    Shape("MY_NRIC", r"\b\d{6}-\d{2}-\d{4}\b", 0.6, f"{_HERE}:is_malaysian_id", r"\bic\b|mykad|nric|kad pengenalan"),
    Shape("ID_NIK", r"\b\d{16}\b", 0.12, "id.nik", r"\bnik\b|\bktp\b"),
    Shape("TH_TNIN", r"\b\d-\d{4}-\d{5}-\d{2}-\d\b", 0.7, "th.pin"),
    Shape("TH_TNIN", r"\b[1-8]\d{12}\b", 0.2, "th.pin", r"ประชาชน|thai (?:id|national)|national[ _]?id|\btnin\b"),
    Shape("PH_TIN", r"\b\d{3}-\d{3}-\d{3}(?:-\d{3})?\b", 0.12, "", r"\btin\b|\bbir\b|taxpayer"),
    Shape("PH_SSS", r"\b\d{2}-\d{7}-\d\b", 0.2, "", r"\bsss\b|social security"),
    Shape("PH_PHILHEALTH", r"\b\d{2}-\d{9}-\d\b", 0.3, "", r"phil ?health"),
    Shape("PH_UMID", r"\b\d{4}-\d{7}-\d\b", 0.5, "", r"\bumid\b|\bcrn\b|\bsss\b|\bgsis\b"),
    Shape("PK_CNIC", r"\b\d{5}-\d{7}-\d\b", 0.6, "", r"\bcnic\b|nadra"),
    Shape("VN_CCCD", r"\b0\d{11}\b", 0.12, "", r"\bcccd\b|căn cước|citizen id"),
    Shape("IL_ID", r"\b\d{9}\b", 0.12, "il.idnr", r"teudat|תעודת זהות|israeli id|ת\.?ז"),
)  # fmt: skip
