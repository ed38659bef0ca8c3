"""Recorded answers: word for word, and never one that was not recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nightshift.errors import InvalidInput
from nightshift.sandbox.replay import Recording, Recordings, load

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "routing" / "gsm8k_answers_dev.jsonl"
LIGHT, PREMIUM = "gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"


@pytest.fixture
def recorded(tmp_path):
    rows = [
        {"question": "How many legs has a spider?", "answers": {LIGHT: {"text": "six"}, PREMIUM: {"text": "eight\n"}}},
        {"prompt": "How many legs has a spider? And a fly?", "answers": {PREMIUM: {"text": "8 and 6"}}},
        {"question": "Why?", "answers": {"gemini-1.5-flash": {"text": "Because."}}},
    ]
    path = tmp_path / "recorded.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def find(recordings, *texts):
    found = recordings.find(list(texts))
    return found and found.question


def test_a_question_is_found_anywhere_in_a_prompt(recorded):
    recordings = load(recorded)

    assert find(recordings, "Think.\nQ: How many legs has a spider?\nA:") == "How many legs has a spider?"
    assert find(recordings, "You are helpful.", "Why?") == "Why?"
    assert find(recordings, "How many legs has a horse?") is None
    assert find(recordings, "") is None


def test_the_longest_of_several_questions_wins(recorded):
    recordings = load(recorded)

    assert find(recordings, "Why? How many legs has a spider? And a fly?").endswith("And a fly?")
    assert find(recordings, "How many legs has a spider?", "Why?") == "How many legs has a spider?"


def test_every_question_is_found_among_others_that_begin_alike():
    questions = [f"A farmer has {'many ' * 10}cows and {number}" for number in range(300)]
    recordings = Recordings([Recording(question, {}) for question in questions])

    assert all(find(recordings, f"Q: {question}!").startswith(question[:50]) for question in questions)
    assert find(recordings, f"Q: {questions[17]}!") == questions[17]


@pytest.mark.parametrize("content", ["", "{", '{"question": "x"}', '{"question": "", "answers": {}}', "[]"])
def test_a_file_that_holds_no_recording_is_refused(tmp_path, content):
    path = tmp_path / "bad.jsonl"
    path.write_text(content)

    with pytest.raises(InvalidInput):
        load(path)


def test_recorded_answers_are_served_word_for_word_and_nothing_else(launcher, recorded):
    served = launcher.start(replay=str(recorded))
    lines = served.lines(3, model=PREMIUM, max_tokens=1)
    prompts = ("Please: How many legs has a spider?", "Why?", "How are you?")
    for line, prompt in zip(lines, prompts, strict=True):
        line["body"]["messages"][0]["content"] = prompt
    done = served.run(lines)

    [answered] = served.results(done.output_file_id)
    assert answered["response"]["body"]["choices"][0]["message"]["content"] == "eight\n"
    refused = served.results(done.error_file_id)
    assert [line["custom_id"] for line in refused] == ["row-1", "row-2"]
    assert {line["response"]["body"]["error"]["code"] for line in refused} == {"no_recorded_answer"}
    failed = served.run(served.lines(1, model="gemini-1.5-flash"), end="failed")
    assert failed.errors.data[0].code == "model_not_found"


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared data folder beside the checkout")
def test_the_shared_recordings_are_replayed_for_both_tiers(launcher):
    served = launcher.start(replay=str(SHARED.resolve()))
    rows = [json.loads(line) for line in SHARED.read_text().splitlines()]
    for model in (LIGHT, PREMIUM):
        lines = served.lines(len(rows), model=model)
        for line, row in zip(lines, rows, strict=True):
            line["body"]["messages"][0]["content"] = f"Solve it.\n\nQuestion: {row['question']}\nAnswer as JSON."
        results = served.results(served.run(lines).output_file_id)
        texts = [line["response"]["body"]["choices"][0]["message"]["content"] for line in results]
        assert texts == [row["answers"][model]["text"] for row in rows]
