"""Texts with planted personal data and secrets, and clean texts that look like them. Seeded; sentences of our own.

The values come from `faker` in many locales, the keys from shapes that providers document. Rows are those of the
development data: {"text", "spans": [{"start", "end", "type", "value"}], "source", "category"}.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

from faker import Faker

from benchmarks.guardrails.synthetic_clean_texts import clean_text
from benchmarks.guardrails.synthetic_secrets import SECRET_SENTENCES, secret_value

LOCALES = (
    "en_US", "en_GB", "en_CA", "en_AU", "en_IN", "en_NZ", "en_IE", "de_DE", "de_AT", "de_CH",
    "fr_FR", "fr_CA", "es_ES", "es_MX", "it_IT",
    "pt_BR", "pt_PT", "nl_NL", "nl_BE", "sv_SE", "no_NO", "da_DK",
    "fi_FI", "pl_PL", "cs_CZ", "hu_HU", "ro_RO", "tr_TR", "ja_JP", "ko_KR",
    "zh_CN", "ru_RU", "uk_UA", "el_GR", "id_ID", "th_TH", "he_IL",
)  # fmt: skip
# In the languages of the locales; any locale may also speak English.
SENTENCES: dict[str, tuple[str, ...]] = {
    "en": (
        "Hi {name}, could you ring me on {PHONE_NUMBER} before noon?",
        "My new mobile is {PHONE_NUMBER}, the old one no longer works.",
        "Ticket 48213\nCustomer: {name}\nTel.: {PHONE_NUMBER}\nMail: {EMAIL_ADDRESS}\nIssue: parcel never arrived",
        "{name},{EMAIL_ADDRESS},{PHONE_NUMBER},{city}",
        '{{"customer": "{name}", "phone": "{PHONE_NUMBER}", "email": "{EMAIL_ADDRESS}"}}',
        "Please forward the contract to {EMAIL_ADDRESS} and copy {EMAIL_ADDRESS}.",
        "Kind regards\n{name}\nT {PHONE_NUMBER}\n{URL}",
        "Contact: {name} ({EMAIL_ADDRESS}, phone {PHONE_NUMBER})",
        "The refund should go to card {CREDIT_CARD}, not to the expired one.",
        "card_number={CREDIT_CARD}&exp=04/29",
        "Visa {CREDIT_CARD} was charged twice on Tuesday.",
        "Wire it to {IBAN_CODE} please, reference 'rent March'.",
        "IBAN: {IBAN_CODE}\nHolder: {name}",
        "sshd[2211]: Failed login for root from {IP_ADDRESS} port 50122",
        '{IP_ADDRESS} - - [12/Mar/2026:10:02:11 +0000] "GET /cart HTTP/1.1" 200 5120',
        "The printer at {IP_ADDRESS} with hardware address {MAC_ADDRESS} is offline.",
        "SSN {US_SSN}, date of birth on file.",
        "Employee {name} (social security number: {US_SSN}) changed departments.",
        "I uploaded the photos to {URL} yesterday.",
        "See {URL}, then tell me what you think!",
        "Send 0.2 BTC to {CRYPTO} and mail me the receipt.",
        "My driver's license {US_DRIVER_LICENSE} was issued in 2019.",
        "Driver License No: {US_DRIVER_LICENSE}\nName: {name}",
        "user {name} logged in from {IP_ADDRESS}; session mail {EMAIL_ADDRESS}",
        "Agent: how can I reach you?\nCustomer: {PHONE_NUMBER}, after six",
        "Emergency contact: {name}, {PHONE_NUMBER}",
        "WhatsApp {PHONE_NUMBER} or write to {EMAIL_ADDRESS}",
        "Fax {PHONE_NUMBER}",
    ),
    "de": (
        "Bitte rufen Sie mich unter {PHONE_NUMBER}"
        " zurück.",
            "Meine neue Handynummer lautet"
            " {PHONE_NUMBER}.",
                "Überweisen Sie auf {IBAN_CODE}, Kontoinhaber"
                " {name}.", "Telefon: {PHONE_NUMBER}\nE-Mail: {EMAIL_ADDRESS}"),
    "fr": (
        "Vous pouvez me joindre au {PHONE_NUMBER} ou à"
        " {EMAIL_ADDRESS}.", "Tél. : {PHONE_NUMBER}", "Virement sur {IBAN_CODE}, merci."),
    "es": (
        "Llámame al {PHONE_NUMBER}"
        " mañana.", "Teléfono: {PHONE_NUMBER}, correo: {EMAIL_ADDRESS}", "Mi tarjeta {CREDIT_CARD} no funciona."),
    "it": (
        "Chiamami al {PHONE_NUMBER} stasera.", "Cellulare: {PHONE_NUMBER}", "Bonifico su {IBAN_CODE} entro venerdì."),
    "pt": ("Ligue para {PHONE_NUMBER} depois das nove.", "Telefone: {PHONE_NUMBER}\nE-mail: {EMAIL_ADDRESS}"),
    "nl": ("Bel me op {PHONE_NUMBER}.", "Telefoonnummer: {PHONE_NUMBER}", "Maak het over naar {IBAN_CODE}."),
    "sv": ("Ring mig på {PHONE_NUMBER}.", "Telefon: {PHONE_NUMBER}"),
    "no": ("Ring meg på {PHONE_NUMBER}.", "Telefon: {PHONE_NUMBER}"),
    "da": ("Ring til mig på {PHONE_NUMBER}.", "Tlf.: {PHONE_NUMBER}"),
    "fi": ("Soita minulle numeroon {PHONE_NUMBER}.", "Puhelin: {PHONE_NUMBER}"),
    "pl": ("Zadzwoń do mnie pod {PHONE_NUMBER}.", "Tel. kom.: {PHONE_NUMBER}"),
    "cs": ("Zavolejte mi na {PHONE_NUMBER}.", "Telefon: {PHONE_NUMBER}"),
    "hu": ("Hívjon a {PHONE_NUMBER} számon.", "Telefon: {PHONE_NUMBER}"),
    "ro": ("Sunați-mă la {PHONE_NUMBER}.", "Telefon: {PHONE_NUMBER}"),
    "tr": ("Beni {PHONE_NUMBER} numarasından arayın.", "Telefon: {PHONE_NUMBER}"),
    "ja": ("電話番号は{PHONE_NUMBER}です。", "連絡先：{EMAIL_ADDRESS}まで"),
    "ko": ("제 전화번호는 {PHONE_NUMBER}입니다.", "이메일: {EMAIL_ADDRESS}"),
    "zh": ("我的手机号是{PHONE_NUMBER}，请联系我。", "邮箱：{EMAIL_ADDRESS}，电话：{PHONE_NUMBER}"),
    "ru": ("Позвоните мне по телефону {PHONE_NUMBER}.", "Тел.: {PHONE_NUMBER}"),
    "uk": ("Мій телефон {PHONE_NUMBER}.",),
    "el": ("Τηλέφωνο: {PHONE_NUMBER}",),
    "id": ("Hubungi saya di {PHONE_NUMBER}.", "No. HP: {PHONE_NUMBER}"),
    "th": ("โทร {PHONE_NUMBER}",),
    "he": ("טלפון: {PHONE_NUMBER}",),
}  # fmt: skip
_SLOT = re.compile(r"\{(\w+)\}")
_IBAN_COUNTRIES = ("de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "en_GB", "de_AT", "de_CH", "pt_PT", "fi_FI")


class Texts:
    """Rows of one seed: the same seed gives the same rows."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._fakers = {locale: Faker(locale) for locale in LOCALES}
        Faker.seed(seed)

    def rows(self, personal: int, secret: int, clean: int) -> Iterator[dict[str, Any]]:
        for _ in range(personal):
            locale = self._random.choice(LOCALES)
            own = SENTENCES.get(locale[:2], ())
            sentence = self._random.choice(own if own and self._random.random() < 0.35 else SENTENCES["en"])
            yield self._row(sentence, "personal_data", lambda slot, at=locale: self._value(slot, at))
        for _ in range(secret):
            kind, sentence = self._random.choice(SECRET_SENTENCES)
            yield self._row(sentence, "secrets", lambda slot, of=kind: self._secret(slot, of))
        for _ in range(clean):
            yield {"text": clean_text(self._random), "spans": [], "source": "synthetic", "category": "clean"}

    def _row(self, sentence: str, category: str, value_of: Callable[[str], str]) -> dict[str, Any]:
        text, spans, at = "", [], 0
        for slot in _SLOT.finditer(sentence):
            text += sentence[at : slot.start()].replace("{{", "{").replace("}}", "}")
            value, at = value_of(slot[1]), slot.end()
            if slot[1].isupper():
                spans.append({"start": len(text), "end": len(text) + len(value), "type": slot[1], "value": value})
            text += value
        text += sentence[at:].replace("{{", "{").replace("}}", "}")
        return {"text": text, "spans": spans, "source": "synthetic", "category": category}

    def _secret(self, slot: str, kind: str) -> str:
        return secret_value(self._random, kind) if slot == "SECRET" else self._value(slot, "en_US")

    def _value(self, slot: str, locale: str) -> str:
        fake, pick = self._fakers[locale], self._random
        makers: dict[str, Callable[[], str]] = {
            "name": fake.name,
            "city": fake.city,
            "PHONE_NUMBER": fake.phone_number,
            "EMAIL_ADDRESS": fake.email,
            "CREDIT_CARD": lambda: _grouped_card(pick, fake.credit_card_number()),
            "IBAN_CODE": lambda: _grouped(pick, self._fakers[pick.choice(_IBAN_COUNTRIES)].iban(), 4),
            "IP_ADDRESS": lambda: fake.ipv4_public() if pick.random() < 0.7 else fake.ipv6(),
            "MAC_ADDRESS": lambda: (
                fake.mac_address() if pick.random() < 0.7 else fake.mac_address().upper().replace(":", "-")
            ),
            "US_SSN": lambda: self._fakers["en_US"].ssn(),
            "URL": lambda: fake.uri() if pick.random() < 0.6 else fake.url(),
            "US_DRIVER_LICENSE": lambda: _license(pick),
            "CRYPTO": lambda: _wallet(pick),
        }
        return " ".join(makers[slot]().split())


def _grouped(pick: random.Random, value: str, size: int) -> str:
    joint = pick.choice(("", "", " ", "-"))
    return joint.join(value[at : at + size] for at in range(0, len(value), size))


def _grouped_card(pick: random.Random, digits: str) -> str:
    if len(digits) == 16:
        return _grouped(pick, digits, 4)
    if len(digits) == 15 and pick.random() < 0.5:
        return f"{digits[:4]} {digits[4:10]} {digits[10:]}"
    return digits


def _license(pick: random.Random) -> str:
    shape = pick.choice(
        (
            "A9999999",
            "99999999",
            "A999-9999-9999",
            "A99999999999",
            "AA999999A",
            "999999999",
            "A99-99-9999",
            "999-99-9999"[:9],
        )
    )
    return "".join(
        pick.choice("ABCDEFGHJKLMNPRSTUVW") if at == "A" else pick.choice("123456789") if at == "9" else at
        for at in shape
    )


def _wallet(pick: random.Random) -> str:
    import hashlib

    if pick.random() < 0.4:
        return "0x" + pick.randbytes(20).hex()
    data = b"\0" + pick.randbytes(20)
    data += hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + text
    return "1" + text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--personal", type=int, default=3000)
    parser.add_argument("--secret", type=int, default=1500)
    parser.add_argument("--clean", type=int, default=3000)
    options = parser.parse_args()
    for row in Texts(options.seed).rows(options.personal, options.secret, options.clean):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
