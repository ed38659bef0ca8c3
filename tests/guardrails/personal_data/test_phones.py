"""Telephone numbers of many countries: whole, and nothing else that has digits."""

from __future__ import annotations

import time

import phonenumbers
import pytest

from nightshift.guardrails.personal_data import PersonalData

DETECTOR = PersonalData(frozenset({"PHONE_NUMBER"}))


def hits(text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in DETECTOR.detect_text(text)]


@pytest.mark.parametrize(
    "number",
    [
        "+1 (415) 555-2671",
        "921-835-1650x94266",
        "(415) 555-2671 ext. 89",
        "001-518-640-0854",
        "+46 (0)8 928 571 38",
        "+442079460958",
        "0479 50 54 03",
        "01.42.68.53.00",
        "020 7946 0958",
        "(64) 3591-3246",
        "(11) 91234-5678",
        "+49-89-123456-0",
        "(+44) 20 7946 0958",
        "03-1234-5678",
        "8 (495) 123-45-67",
        "+86 138 1234 5678",
        "+254 712 345678",
    ],
)
@pytest.mark.parametrize("text", ["{}", "({}).", "{}, please", "電話{}です", "a: {}\nb"])
def test_a_number_that_speaks_for_itself_is_found_whole(number: str, text: str) -> None:
    assert hits(text.format(number)) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "phone: {782 2652}",
        "They're not answering at {20-32-85-26}",
        "Could someone call me on {9469 9966}?",
        "Mobile No. {9876543210}",
        "{416 60 039} office",
        "{92 34 70}-Office",
        "Llámame al {612 345 678}.",
        "Zadzwoń do mnie pod {606 859 952}.",
        "Meine Handynummer lautet {0171/1234567}.",
        "Тел.: {951 03 92}",
        "手机{13812345678}",
        "제 전화번호는 {010-1234-5678}입니다",
        '{{"phone": "{5551234567}"}}',
        "name,phone\nAnna,{5551234567}",
        "Anna,anna@example.com,{9099603082},Bonn",
        "T {0356380141}\nanna@example.com",
        "ph: {98765 43210} / 98765 43211",
        "０３－の電話は{０３－１２３４－５６７８}",
    ],
)
def test_a_weak_shape_is_found_where_a_word_or_field_says_so(text: str) -> None:
    text = text.replace("{{", "<").replace("}}", ">")
    start, end = text.index("{"), text.index("}") - 1
    text = text.replace("{", "").replace("}", "").replace("<", "{").replace(">", "}")
    assert text[start:end] in hits(text)


@pytest.mark.parametrize(
    "text",
    [
        "- 25 = S + 59 - 38 - 28 - 25 = S - 32",
        "x = 12 + 345 - 678 - 9012",
        "(100 - 200 - 300 - 400) + 555 - 123 - 456",
        "782 2652",
        "12345678",
        "1234567890",
        "The call lasted 00:12:45",
        "Call the function with 5 arguments and compare 10 20 30 40.",
        "order number 555-123-4567",
        "2023-11-05 12:33:21",
        "born 12.05.1980, phone unknown",
        "call me on 2023-11-05",
        "ISBN 978-0-306-40615-7",
        "part ABC-123-456-7890",
        "123-45-6789",
        "$415 555 2671",
        "192.168.100.200",
        "52.520008, 13.404954",
        "The phone costs 1,234,567",
        "17 255 3600 1024 9999 10000",
        "4111 1111 1111 1111",
        "a+1234567 b",
    ],
)
def test_what_is_no_telephone_number_stays(text: str) -> None:
    assert hits(text) == []


@pytest.mark.parametrize("form", ["NATIONAL", "INTERNATIONAL", "E164"])
def test_the_examples_of_every_country_are_found(form: str) -> None:
    """One mobile and one fixed number of each of 240 regions, behind a label; international ones also without."""
    missed = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            number = phonenumbers.format_number(example, getattr(phonenumbers.PhoneNumberFormat, form))
            text = f"Phone: {number}" if form == "NATIONAL" else f"Anna left {number} with us."
            if sum(map(str.isdigit, number)) > 6 and hits(text) != [number]:
                missed.append(f"{region} {number}")
    assert len(missed) <= 1, missed


def test_both_numbers_of_a_list_are_found() -> None:
    assert hits("phone 020 7946 0958 or 07700 900123") == ["020 7946 0958", "07700 900123"]


def test_groups_that_end_in_a_letter_take_no_longer_for_their_number() -> None:
    def seconds(groups: int) -> float:
        text = "0101 " * groups + "0101x"
        begin = time.process_time()
        assert hits(text) == []
        return time.process_time() - begin

    few = min(seconds(2_000) for _ in range(3))
    assert min(seconds(16_000) for _ in range(3)) < 24 * few + 0.1
