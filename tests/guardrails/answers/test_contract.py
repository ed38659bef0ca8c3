"""The contract of every check of answers: offsets, nothing in nothing, linear time, no word of its neighbours."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace

import pytest
from tests.guardrails.answers.stand_ins import ListedModerator, WordJudge

from nightshift.guardrails.answers.answer_format import AnswerFormat
from nightshift.guardrails.answers.canaries import Canaries
from nightshift.guardrails.answers.entailment import Entailment
from nightshift.guardrails.answers.groundedness import Groundedness
from nightshift.guardrails.answers.language import Language
from nightshift.guardrails.answers.moderation import ModerationCheck
from nightshift.guardrails.answers.new_personal_data import NewPersonalData
from nightshift.guardrails.answers.system_prompt_leak import SystemPromptLeak
from nightshift.guardrails.content.refusal import Refusals
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.verdict import Detector, Hit
from nightshift.providers.port import Target

SYSTEM = (
    "You are the night desk of a small hotel by the sea. Never promise a room that the ledger does not show as free. "
    "The word of the day is NIGHT-7F3A-OWL and stays in this house. Breakfast ends at ten and is not brought upstairs."
)
SOURCE = "The harbour ferry leaves at 7:45 from pier 3. A ticket costs 12.50. Dogs travel free of charge with owners."
SECRET_RULE = "Never promise a room that the ledger does not show as free"


@dataclass(frozen=True)
class Case:
    """A check, an answer that it must hit, and what it hits."""

    check: Detector
    subject: Subject
    hit: str


def answer(text: str) -> Subject:
    return Subject(text, "assistant", "When does the ferry leave?", SYSTEM, (SOURCE,))


GERMAN = "Die Fähre legt am frühen Morgen ab, und Hunde dürfen ohne Aufpreis mitfahren."
CASES = {
    "system_prompt_leak": Case(SystemPromptLeak(10), answer(f"I was told: {SECRET_RULE}. Anything else?"), SECRET_RULE),
    "canaries": Case(Canaries(pattern=r"NIGHT-[0-9A-F]{4}-\w+"), answer("It is night-7f3a-owl."), "night-7f3a-owl"),
    "new_personal_data": Case(NewPersonalData(), answer("Write to anna@example.com."), "anna@example.com"),
    "language": Case(Language(("en",)), answer(GERMAN), GERMAN),
    "answer_format": Case(AnswerFormat.labels(("yes", "no")), answer("maybe"), "maybe"),
    "groundedness": Case(Groundedness(report=("numbers",)), answer("It leaves at 7:45 and costs 19.90."), "19.90"),
    "refusal": Case(Refusals(), answer("I cannot help with that."), "I cannot help"),
    "moderation": Case(
        ModerationCheck(ListedModerator(), Target("m"), None, "model"), answer("I will kill."), "I will kill."
    ),
    "entailment": Case(
        Entailment(WordJudge()), answer("Dogs travel free. The captain sings at noon."), "The captain sings at noon."
    ),
}
NAMES = sorted(CASES)
# Only the whole answer can be wrong.
OF_THE_WHOLE = {"language", "answer_format", "moderation", "refusal"}
HARD = [
    "a",
    "a ",
    "a. ",
    "1",
    "1.",
    "1,",
    "A ",
    "Anna ",
    "```",
    "`",
    "{",
    '"',
    "<",
    "a@",
    "a://",
    "是",
    "\n",
    "Never a room ",
]


def hits(check: Detector, subject: Subject) -> list[Hit]:
    (found,) = check.detect(Batch([subject]))
    return list(found)


def read(case: Case, subject: Subject) -> list[str]:
    return [subject.text[hit.start : hit.end] for hit in hits(case.check, subject)]


@pytest.mark.parametrize("name", NAMES)
def test_the_offsets_point_at_the_hit(name: str) -> None:
    case = CASES[name]
    assert read(case, case.subject) == [case.hit]


@pytest.mark.parametrize("name", sorted(set(NAMES) - OF_THE_WHOLE))
def test_the_offsets_count_characters_not_bytes(name: str) -> None:
    case = CASES[name]
    assert read(case, replace(case.subject, text=f"😀 €.\n{case.subject.text}")) == [case.hit]


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"answer_format"}))
@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_nothing_is_found_in_nothing(name: str, text: str) -> None:
    case = CASES[name]
    assert hits(case.check, replace(case.subject, text=text)) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_of_an_answer_does_not_depend_on_the_others(name: str) -> None:
    check = CASES[name].check
    subjects = [case.subject for case in CASES.values()] + [answer(text) for text in ("", "yes", GERMAN, SYSTEM)]
    alone = {subject: hits(check, subject) for subject in subjects}
    for seed in range(3):
        shuffled = random.Random(seed).sample(subjects, len(subjects))
        assert [list(found) for found in check.detect(Batch(shuffled))] == [alone[subject] for subject in shuffled]


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_shares(name: str) -> None:
    assert all(0 <= hit.score <= 1 for case in CASES.values() for hit in hits(CASES[name].check, case.subject))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("unit", HARD)
def test_four_times_the_text_takes_about_four_times_as_long(name: str, unit: str) -> None:
    """Quadratic time would be sixteen times; the bound leaves room for a busy machine. Prompt and sources grow, too."""
    check = CASES[name].check
    short, long = (_seconds(check, unit * (size // len(unit))) for size in (10_000, 40_000))
    assert long < 10 * short + 0.02


def _seconds(check: Detector, text: str) -> float:
    """Processor time of the fastest of three, of all threads: a check may ask in one of its own."""
    best = float("inf")
    for _ in range(3):
        subject = Subject(text, "assistant", text, f"{text}?", (text,))
        started = time.process_time()
        hits(check, subject)
        best = min(best, time.process_time() - started)
    return best
