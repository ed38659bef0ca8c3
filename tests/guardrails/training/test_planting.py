from nightshift.guardrails.training.corpus import Example
from nightshift.guardrails.training.planting import plant

DOCUMENTS = [Example("First line.\nSecond line.\nThird line.", 0, "own:documents"), Example("One. Two. Three.", 0, "x")]
INSTRUCTIONS = [Example(f"Say number {number}.", 1, "own:planted_instructions", "task") for number in range(20)]


def test_the_span_holds_the_instruction() -> None:
    planted = plant(DOCUMENTS, INSTRUCTIONS, each=3)
    assert len(planted) == 60
    for place, example in enumerate(planted):
        assert example.span is not None
        assert example.text[slice(*example.span)] == INSTRUCTIONS[place // 3].text
        assert example.label == 1


def test_the_document_stays_whole_around_it() -> None:
    for example in plant(DOCUMENTS, INSTRUCTIONS):
        assert example.span is not None
        start, end = example.span
        rest = (example.text[:start] + example.text[end:]).split()
        assert any(rest == document.text.split() for document in DOCUMENTS)


def test_instructions_stand_at_the_start_in_the_middle_and_at_the_end() -> None:
    places = set()
    for example in plant(DOCUMENTS, INSTRUCTIONS):
        assert example.span is not None
        start, end = example.span
        places.add("start" if start == 0 else "end" if end == len(example.text) else "middle")
    assert places == {"start", "middle", "end"}
