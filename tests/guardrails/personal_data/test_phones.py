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
        "You can reach our office at {612 345 598} after 9am.",
        "1) {06 39 98 12 34}\n2) call back",
        "Tfn: {08-123 45 67}",
        "phone {5551234567} = Bob",
        "msisdn={9876543210}",
        "Rückrufnummer {612 345 678}",
        "phone {416 60 039} (2 lines)",
        "12 ({0171 3920123})",
    ],
)
def test_a_weak_shape_is_found_where_a_word_or_field_says_so(text: str) -> None:
    text = text.replace("{{", "<").replace("}}", ">")
    start, end = text.index("{"), text.index("}") - 1
    text = text.replace("{", "").replace("}", "").replace("<", "{").replace(">", "}")
    assert text[start:end] in hits(text)


@pytest.mark.parametrize(
    "name", ["phoneNumber", "homePhone", "mobile_no", "telno", "phone2", "callerId", "contactNumber"]
)
def test_the_name_of_a_field_says_what_it_is(name: str) -> None:
    assert hits(f'{{"{name}": "9876543210"}}') == ["9876543210"]


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
        "294-286-9357 = ?",
        "294 286 9357 * 2",
        "123-456-7890 * (3 + 1)",
        "123-456-7890 ** 2",
        "123-456-7890 * x",
        "294-286-9357 = 5",
        "59-38-2820 = ",
        "DOI 10.3632/j.cell.2019.38.951",
        "01 02 03 04 05 06 07 08 09 10",
        "text: 2.4.0 (2025-08-19)",
        "4803-2667-0009-4 numaralı siparişim",
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


@pytest.mark.parametrize(
    "text",
    [
        "Tel.: {06 39 98 12 34} 75001 Paris",
        "Call {+49 171 3920954} 34 times",
        "Tel {030 23125123} 12345 Berlin",
        "Anna Meier, {0171 3920123} 10115 Berlin",
        "{+33 6 39 98 12 34} 75001 Paris",
        "phone {212 555 0179} 34 times",
        "phone: {89 123 456 78 90}",
        "Telefone: {(351) 923 111 110}",
        "unter {+43 4765 18116 296} zu erreichen",
    ],
)
def test_a_number_ends_where_no_country_has_a_longer_one(text: str) -> None:
    start, end = text.index("{"), text.index("}") - 1
    text = text.replace("{", "").replace("}", "")
    assert hits(text) == [text[start:end]]


@pytest.mark.parametrize("label", ["Tel.", "Mob.", "Ph.", "Fax.", "tel-", "Phone."])
@pytest.mark.parametrize("number", ["0171 3920123", "030/23125123", "+49 171 3920123", "(212) 555-0179"])
def test_a_label_may_touch_its_number(label: str, number: str) -> None:
    assert hits(f"Anna Meier | {label}{number} | Berlin") == [number]


@pytest.mark.parametrize("mark", ["*", "**", "_", "__", "***"])
@pytest.mark.parametrize("number", ["(212) 555-0179", "06 39 98 12 34", "+49 171 3920123"])
def test_a_number_is_found_between_marks_of_markdown(mark: str, number: str) -> None:
    assert hits(f"Ring {mark}{number}{mark} or {mark}write{mark}") == [number]


@pytest.mark.parametrize("text", ["/* 06 39 98 12 34 */", "ring 06 39 98 12 34*, or write", "06 39 98 12 34 *"])
def test_a_star_alone_makes_no_sum(text: str) -> None:
    assert hits(text) == ["06 39 98 12 34"]


@pytest.mark.parametrize("behind", [" * Fax", " * Bob", "=home", " = Bob", " *call first", "*new*"])
def test_a_word_behind_a_star_or_an_equals_sign_is_no_term_of_a_sum(behind: str) -> None:
    assert hits(f"Anna 212-555-0179{behind}") == ["212-555-0179"]


@pytest.mark.parametrize("between", [" or ", " ", " / ", " fax "])
def test_both_numbers_of_a_list_are_found(between: str) -> None:
    assert hits(f"phone 020 7946 0958{between}07700 900123") == ["020 7946 0958", "07700 900123"]


def test_groups_that_end_in_a_letter_take_no_longer_for_their_number() -> None:
    def seconds(groups: int) -> float:
        text = "0101 " * groups + "0101x"
        begin = time.process_time()
        assert hits(text) == []
        return time.process_time() - begin

    few = min(seconds(2_000) for _ in range(3))
    assert min(seconds(16_000) for _ in range(3)) < 24 * few + 0.1
