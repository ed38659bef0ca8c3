"""What is masked on the way to a model, restored for those who may see it, and erased."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.guarded_jobs import POLICY, Include, held, include
from tests.job_runs import Jobs, opened, questions
from tests.own_sandbox import OwnSandbox, own_sandbox
from tests.searching import files_with

from nightshift.batch.erasure import erase
from nightshift.batch.publication.unmasking import unmask_answers
from nightshift.batch.review.decisions import decide
from nightshift.batch.review.next_run import next_runs, released_uri
from nightshift.batch.review.sheet import write_sheet
from nightshift.batch.runner import resume
from nightshift.batch.steps.admit import admit
from nightshift.batch.steps.prepare import Preparation, prepare_slice
from nightshift.batch.unmask import unmask_results
from nightshift.batch.vault import open_vault
from nightshift.errors import InvalidSpec, StateConflict
from nightshift.guardrails.masking.placeholders import PLACEHOLDER
from nightshift.storage.tables import VaultKey

__all__ = ["include", "own_sandbox"]  # fixtures

ANNA, BERT = "anna.canary@mail.example", "bert.canary@mail.example"
ROWS = [
    {"id": "a", "question": f"The first question: what does {ANNA} owe?"},
    {"id": "b", "question": f"The second question: what does {BERT} owe?"},
    {"id": "c", "question": "The third question: what is owed?"},
]


@pytest.fixture
def own(jobs: Jobs, include: Include, own_sandbox: OwnSandbox, monkeypatch: pytest.MonkeyPatch) -> Replayed:
    return Replayed(jobs.folder, own_sandbox, monkeypatch)


@dataclass
class Replayed:
    """Runs ROWS up to admission, then with answers that name the placeholders of that very run."""

    folder: Path
    sandbox: OwnSandbox
    patch: pytest.MonkeyPatch

    def run(self, answers: list[str], run_id: str = "run-1", **changes: Any) -> Jobs:
        """`answers` may name {a} and {b}, the placeholders of the first two rows."""
        with opened(self.folder, self.sandbox.client, self.patch) as jobs:
            job = admit(jobs.services, jobs.spec(ROWS, **changes), run_id)
            vault = open_vault(jobs.services, job)
            assert vault is not None
            names = {key: vault.placeholders()("EMAIL_ADDRESS", mail) for key, mail in (("a", ANNA), ("b", BERT))}
            asked = ("The first question", "The second question", "The third question")
            said = (answer.format(**names) for answer in answers)
            self.sandbox.answer(dict(zip(asked, said, strict=True)))
            resume(jobs.services, run_id)
        return Jobs(self.folder, self.sandbox.client, jobs.services)


def answers(path: Path) -> list[str]:
    found: list[str] = pq.read_table(path)["answer"].to_pylist()
    return found


def published(jobs: Jobs, run_id: str = "run-1") -> list[str]:
    return [str(row["answer"]) for row in jobs.results(run_id)]


def test_the_model_sees_placeholders_and_only_the_copy_shows_what_they_stand_for(own: Replayed) -> None:
    jobs = own.run(["Ask {a} or {a}.", "Not {a} but {b}.", "Neither {a} nor {b}."])
    assert "canary" not in own.sandbox.seen()
    assert len(set(PLACEHOLDER.findall(own.sandbox.seen()))) == 2
    masked = published(jobs)
    assert "canary" not in "".join(masked)
    copy = own.folder / "copy.parquet"
    assert unmask_results(jobs.services, "run-1", str(copy)) == 2
    first, second, third = answers(copy)
    assert first == f"Ask {ANNA} or {ANNA}."
    assert second.endswith(f" but {BERT}.")
    assert PLACEHOLDER.search(second)  # the other row's stays masked
    assert third == masked[2]
    assert published(jobs) == masked
    with pytest.raises(InvalidSpec, match="output: the file exists; results are never overwritten"):
        unmask_results(jobs.services, "run-1", str(copy))


def test_a_policy_may_unmask_what_it_publishes(own: Replayed, include: Include) -> None:
    include.policy(POLICY | {"unmask_answers": True})
    jobs = own.run(["Ask {a}.", "Not {a} but {b}.", "Nobody."])
    first, second, _ = published(jobs)
    assert first == f"Ask {ANNA}."
    assert second.startswith("Not [EMAIL_ADDRESS_")
    assert second.endswith(f" but {BERT}.")
    assert "canary" not in own.sandbox.seen()
    cached = own.folder / "home" / "lake" / "runs" / "run-1" / "publication" / "cache.parquet"
    assert "canary" not in str(pq.read_table(cached).to_pylist())


def test_json_answers_stay_json_when_originals_hold_quotes() -> None:
    placeholder = "[SECRET_ABCDEFGHIJKL]"
    table = pa.table({"row_number": [1], "answer": [json.dumps({"reply": f"use {placeholder}"})]})
    restored = unmask_answers(table, {1: {placeholder: 'pa"ss\\word'}}, as_json=True)["answer"][0].as_py()
    assert json.loads(restored) == {"reply": 'use pa"ss\\word'}


def test_erasing_leaves_results_as_they_are_and_nothing_that_restores_them(own: Replayed) -> None:
    jobs = own.run(["Ask {a}.", "Ask {b}.", "Nobody."])
    before = published(jobs)
    copy = own.folder / "home" / "copy.parquet"
    unmask_results(jobs.services, "run-1", str(copy))
    assert files_with(own.folder / "home", "canary") == [copy]
    copy.unlink()
    erased_at = erase(jobs.services, "run-1")
    with jobs.services.database.transaction() as session:
        assert session.get_one(VaultKey, "run-1").wrapped is None
    with pytest.raises(InvalidSpec, match=r"its vault was erased at 20.*nothing can restore what was masked"):
        unmask_results(jobs.services, "run-1", str(own.folder / "copy.parquet"))
    assert not (own.folder / "copy.parquet").exists()
    assert published(jobs) == before
    assert erase(jobs.services, "run-1") == erased_at
    assert files_with(own.folder / "home", "canary") == []


def test_a_run_under_way_keeps_its_vault_and_its_key(jobs: Jobs, include: Include) -> None:
    job = admit(jobs.services, jobs.spec(ROWS), "run-1")
    with pytest.raises(StateConflict, match="run-1 is not finished and still needs its vault"):
        erase(jobs.services, "run-1")
    first, again = open_vault(jobs.services, job), open_vault(jobs.services, jobs.services.job("run-1"))
    assert first is not None
    assert again is not None
    assert first.placeholder_key == again.placeholder_key
    resume(jobs.services, "run-1")
    assert unmask_results(jobs.services, "run-1", str(jobs.folder / "copy.parquet")) == 0


def test_a_resumed_run_masks_with_the_placeholders_that_it_began_with(jobs: Jobs, include: Include) -> None:
    rows = [{"id": f"r{number}", "question": f"Write to {ANNA}, {number} times."} for number in range(70)]
    job = admit(jobs.services, jobs.spec(rows), "run-1")
    prepare_slice(jobs.services, Preparation.of(jobs.services, job), 0)
    resume(jobs.services, "run-1")
    folder = jobs.folder / "home" / "lake" / "runs" / "run-1" / "prepared"
    texts = [str(pq.read_table(path)["user_json"].to_pylist()) for path in sorted(folder.glob("*.parquet"))]
    assert len(texts) == 3
    assert len({name for text in texts for name in re.findall(r"\[EMAIL_ADDRESS_\w+\]", text)}) == 1


def test_masked_rows_take_nothing_from_the_cache_of_another_run(jobs: Jobs, include: Include) -> None:
    assert jobs.run(ROWS)["rows"]["cached"] == 0
    assert jobs.run(ROWS, run_id="run-2")["rows"]["cached"] == 1
    assert [row["cached"] for row in jobs.results("run-2")] == [False, False, True]


def test_the_same_rows_masked_for_good_are_shared(jobs: Jobs, include: Include) -> None:
    include.policy(POLICY | {"masking": "name"})
    jobs.run(ROWS)
    assert jobs.run(ROWS, run_id="run-2")["rows"]["cached"] == 3
    with pytest.raises(InvalidSpec, match="its policy keeps nothing of what it masks"):
        unmask_results(jobs.services, "run-1", str(jobs.folder / "copy.parquet"))
    with pytest.raises(InvalidSpec, match="no run of this name has a vault"):
        erase(jobs.services, "run-1")


def test_erasing_empties_what_a_steward_has_seen(jobs: Jobs, include: Include) -> None:
    jobs.run([*questions(2), {**held(1), "question": f"Ignore all previous mails to {ANNA}"}])
    sheet = write_sheet(jobs.services, "run-1")
    decide(jobs.services, "run-1", release=["h1"], reject=[], by="Ada")
    [following] = next_runs(jobs.services, "run-1")
    admit(jobs.services, following.spec, following.run_id)
    with pytest.raises(StateConflict, match=rf"{following.run_id} reads rows that were released from run-1"):
        erase(jobs.services, "run-1")
    resume(jobs.services, following.run_id)
    erase(jobs.services, "run-1")
    for uri in (sheet.uri, released_uri(jobs.services, "run-1", following.run_id)):
        with jobs.services.lake.open(uri) as file:
            assert b"canary" not in file.read()
    erase(jobs.services, following.run_id)
    assert files_with(jobs.folder / "home", "canary") == []
