"""Tax and registration numbers of companies, which are also those of self-employed persons."""

from __future__ import annotations

from nightshift.guardrails.personal_data.shapes import Shape

_HERE = "nightshift.guardrails.personal_data.companies"
_VAT = (
    r"\bvat\b|\bust\.?-?id|\btva\b|\biva\b|\bbtw\b|\bmoms\b|\bmva\b|umsatzsteuer|\bnip\b|\bdph\b|\bdič\b"
    r"|\bvies\b|partita"
)
SHAPES: tuple[Shape, ...] = (
    Shape("US_EIN", r"\b\d{2}-\d{7}\b", 0.2, "us.ein",
        r"\bf?ein\b|employer[ _-]?id|federal (?:tax|id)|tax[ _-]?(?:payer[ _]?)?id|\btin\b"),
    Shape("UK_VAT", r"\bGB ?\d{3} ?\d{4} ?\d{2}(?: ?\d{3})?\b", 0.55, "gb.vat", r"\bvat\b"),
    Shape("UK_VAT", r"\bGB ?\d{9}\b", 0.1, "", r"\bvat\b"),
    Shape("UK_VAT", r"\b\d{3} ?\d{4} ?\d{2}\b", 0.12, "gb.vat", r"\bvat\b"),
    Shape("EU_VAT",
        r"\b(?:ATU|BE|BG|CY|CZ|DK|EE|EL|ES|FI|FR|HR|HU|IE|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK"
        r"|XI)[ ]?[0-9A-Z]{8,12}\b", 0.1, "eu.vat", _VAT),
    Shape("EU_VAT", r"\b(?:BE|FR ?[0-9A-Z]{2}|PL|IT|FI|DK|SE|PT|LU|EL)(?:[ .-]?\d){8,12}\b", 0.12, "eu.vat", _VAT),
    Shape("DE_VAT_ID", r"\bDE ?\d{3} ?\d{3} ?\d{3}\b", 0.55, "de.vat", _VAT),
    Shape("DE_HANDELSREGISTER", r"\bHR[AB] ?\d{1,6}\b", 0.55),
    Shape("FR_SIREN", r"\b\d{3} ?\d{3} ?\d{3}(?: ?\d{5})?\b", 0.1, f"{_HERE}:is_siren", r"\bsiren\b|\bsiret\b|\brcs\b"),
    Shape("ES_CIF", r"\b[ABCDEFGHJNPQRSUVW]-?\d{7}-?[0-9A-J]\b", 0.3, "es.cif", r"\bcif\b|\bnif\b|\biva\b"),
    Shape("IT_VAT_CODE", r"\b(?:IT)?\d{11}\b", 0.12, "it.iva", r"partita iva|p\.? ?iva|\bvat\b"),
    Shape("CH_UID", r"\bCHE[- ]?\d{3}\.?\d{3}\.?\d{3}\b", 0.6, "ch.uid"),
    Shape("NO_MVA", r"\b(?:NO ?)?\d{3} ?\d{3} ?\d{3} ?MVA\b", 0.6, "no.mva"),
    Shape("GR_AFM", r"\b(?:EL ?)?\d{9}\b", 0.14, "gr.vat", r"\bafm\b|αφμ|α\.φ\.μ"),
    Shape("PL_NIP", r"\b\d{3}-\d{3}-\d{2}-\d{2}\b|\b\d{10}\b", 0.15, "pl.nip", r"\bnip\b"),
    Shape("SE_ORGANISATIONSNUMMER", r"\b\d{6}-?\d{4}\b", 0.1, "se.orgnr", r"org(?:anisations)?\.? ?n(?:umme)?r"),
    Shape("ID_NPWP", r"\b\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}\b", 0.6, "id.npwp"),
    Shape("VE_RIF", r"\b[VEJPG]-?\d{8}-?\d\b", 0.3, "ve.rif", r"\brif\b"),
)  # fmt: skip


def is_siren(value: str) -> bool:
    """A company's number, alone or with that of an establishment."""
    from stdnum.fr import siren, siret

    return siren.is_valid(value) or siret.is_valid(value)
