"""Clean texts full of numbers and identifiers that are nobody's: what a detector must leave alone."""

from __future__ import annotations

import random
import uuid

_SENTENCES = (
    "Order {d8} was shipped on {date} and arrived two days later.",
    "Order number {d3}-{d7}-{d7} has been refunded.",
    "Please quote invoice INV-{d4}-{d5} in all letters.",
    "We upgraded from version {v} to {v4} last night.",
    "Release notes for build {d5}.{d4}: faster start, fewer crashes.",
    "Trace id {uuid} shows a timeout after {d4} ms.",
    "commit {hex40} fixes the race in the scheduler",
    "sha256:{hex64}  release.tar.gz",
    "ETag: \"{hex32}\"",
    "The book (ISBN 978-3-{d2}-{d6}-{d1}) has {d3} pages.",
    "ISBN-10: 0-{d3}-{d5}-{d1}",
    "UPS tracking 1Z{u6}{d10} is out for delivery.",
    "DHL tracking number {d10}, weight {d2}.{d1} kg.",
    "The total comes to ${d1},{d3},{d3}.{d2} including VAT.",
    "Revenue grew from {d3}.{d3}.{d3} to 1.{d3}.{d3}.{d3} euros.",
    "The cabin is at {lat}, {lon}, about {d2} km north of the lake.",
    "At {clock} on {date} the sensor read {d2}.{d3} degrees.",
    "Timestamps: 17{d8}, 17{d11} and {date}T{clock}Z.",
    "Solve {d2} * ({d3} - {d2}) + {d4} / {d1} = x for x.",
    "The first digits of pi are 3.14159265358979323846.",
    "f(x) = ({d2}) {d3} - {d4} + 2^10",
    "| item | qty | price |\n|---|---|---|\n| {d6} | {d2} | {d3}.{d2} |\n| {d6} | {d1} | {d2}.{d2} |",
    "{d3} {d3} {d3}\n{d3} {d3} {d3}\n{d3} {d3} {d3}",
    "id,qty,price,sku\n{d6},{d2},{d3}.{d2},{u3}-{d4}\n{d6},{d1},{d2}.{d2},{u3}-{d4}",
    "Part number {u2}-{d4}-{d4}-{u1} replaces {d3}-{d4}-{d2}.",
    "Serial no. {u4}{d8}, model {u2}{d3}, lot {d6}.",
    "EAN {d13}, shelf {d2}-{d2}-{d2}.",
    "The meeting is on {date} from 09:00-10:30 in room {d3}.",
    "Flight LH{d3} leaves at {clock}, seat {d2}A, booking reference {u6}.",
    "Chapters 1.2.3.4 and 2.1.0.7 describe the protocol.",
    "pip install pandas==2.2.{d1} numpy>=1.26.{d1}",
    "for i in range({d4}):\n    total += prices[i] * {d2}.{d2}",
    "def area(r): return 3.14159 * r ** 2  # see issue #{d4}",
    "Scores: {d2}-{d2}, {d2}-{d2}, {d1}-{d1} after extra time.",
    "The years 1990-1995 and 2001-2010 were the wettest since 1881.",
    "Population {d2},{d3},{d3} (2020 census), area {d3},{d3} km2.",
    "The password must have at least {d2} characters and one digit.",
    "I forgot my password. How do I reset it?",
    "Never share your password or your API key with anyone.",
    "Set api_key to your own key: api_key = \"your-api-key-here\"",
    "password: <your password>",
    "export TOKEN=${{GITHUB_TOKEN}}",
    "token = os.environ[\"SERVICE_TOKEN\"]",
    "max_tokens: {d4}, temperature: 0.{d1}",
    "The prompt has {d4} tokens; the answer has {d3}.",
    "if password == stored_password: login(user)",
    "The secret is to let the dough rest for {d2} hours.",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ{b40}==",
    "color: #{hex6}; margin: {d2}px {d1}px; z-index: {d4}",
    "GPU temperature {d2} C, {d4} MHz, {d5} MB free, driver 535.{d3}.{d2}",
    "std::vector<std::pair<int, int>> cells; ns::inner::call();",
    "Call the function with 5 arguments and compare 10 20 30 40.",
    "Section 12.4.1 of directive {d4}/{d2}/EC applies to lots over {d4} kg.",
    "Case {d4}/{d4}, decided on {date}, paragraph {d2}.",
    "Wavelengths of {d3}.{d1}, {d3}.{d1} and {d3}.{d1} nm were measured; error 1e-{d1}.",
    "The lottery numbers were {d2} {d2} {d2} {d2} {d2} {d2}.",
    "Use port {d4}; the health check listens on 127.0.0.1:{d4} and 0.0.0.0.",
    "x86_64-linux-gnu {v4}, kernel 6.{d1}.{d2}-{d2}-generic",
    "Bestellnummer {d10}, geliefert am {date}, Betrag {d2},{d2} EUR.",
    "La commande {d8} a été expédiée le {date}.",
    "注文番号{d10}は{date}に発送されました。",
    "RFC {d4}, section 4.{d1}, and CVE-2024-{d5} are relevant.",
    "DOI 10.{d4}/j.cell.2019.{d2}.{d3}, PMID {d8}",
    "IMEI check: enter *#06#. Firmware {u3}{d4}_{d2}.{d1}.",
    "matrix = [[{d2}, {d3}], [{d4}, {d1}]]; det = {d6}",
    "Bus 100 leaves at 07:15, 07:45 and 08:15; platform {d1}.",
    "The recipe needs 250 g flour, 125 ml milk and {d1} eggs at 180 C.",
    "Ticket #{d6} (priority {d1}) was reopened after {d3} days.",
    "Container MSKU{d7} left Rotterdam on {date}.",
    "user_id={d9} session={hex32} status=200 bytes={d6}",
    '{{"id": {d9}, "qty": {d2}, "created": "{date}T{clock}Z", "hash": "{hex40}"}}',
    "Account balance after {d2} months at {d1}.{d2}%: {d5}.{d2}",
    "The phone has a 6.{d1} inch screen and {d3} GB of storage, model SM-{u1}{d3}.",
    "Our call center answered {d6} calls in {d3} days.",
    "I paid with my card and got {d2} points.",
)  # fmt: skip


def clean_text(pick: random.Random) -> str:
    """One to three sentences."""
    return pick.choice(("\n", " ")).join(
        _fill(pick, sentence) for sentence in pick.sample(_SENTENCES, pick.choice((1, 1, 2, 3)))
    )


def _fill(pick: random.Random, sentence: str) -> str:
    text, at = "", 0
    while (start := sentence.find("{", at)) >= 0:
        if sentence[start : start + 2] == "{{":
            text, at = text + sentence[at : start + 1], start + 2
            continue
        end = sentence.index("}", start)
        text, at = text + sentence[at:start] + _value(pick, sentence[start + 1 : end]), end + 1
    return (text + sentence[at:]).replace("}}", "}")


def _value(pick: random.Random, slot: str) -> str:
    fixed = {
        "uuid": lambda: str(uuid.UUID(int=pick.getrandbits(128), version=4)),
        "date": lambda: f"{pick.randrange(2015, 2027)}-{pick.randrange(1, 13):02d}-{pick.randrange(1, 29):02d}",
        "clock": lambda: f"{pick.randrange(24):02d}:{pick.randrange(60):02d}:{pick.randrange(60):02d}",
        "lat": lambda: f"{pick.uniform(-90, 90):.5f}",
        "lon": lambda: f"{pick.uniform(-180, 180):.5f}",
        "v": lambda: f"{pick.randrange(9)}.{pick.randrange(30)}.{pick.randrange(9)}",
        "v4": lambda: ".".join(str(pick.randrange(40)) for _ in range(4)),
    }
    if slot in fixed:
        return fixed[slot]()
    kind = slot.rstrip("0123456789")
    size = int(slot[len(kind) :])
    if kind == "d":
        return pick.choice("123456789") + "".join(pick.choices("0123456789", k=size - 1))
    alphabet = {"hex": "0123456789abcdef", "u": "ABCDEFGHKLMNPRTUVWXYZ", "b": "ABCDEFabcdefxyz0123456789+/"}[kind]
    return "".join(pick.choices(alphabet, k=size))
