"""What another policy would have done to an earlier run, before it is switched on."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from tests.guarded_jobs import FORBIDDEN, HOSTILE, LONG, POLICY, URGENT, Include, held, include
from tests.job_runs import Jobs, questions

from nightshift.batch.dry_run import SHOWN, dry_run, latest_run
from nightshift.batch.review.decisions import decide
from nightshift.errors import InvalidInput, InvalidSpec
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.storage.tables import Shard

__all__ = ["include"]  # a fixture

WORDS = {"check": "patterns", "id": "word", "action": "mask", "expressions": [r"\[sandbox\]"]}
SHORT = {"check": "text_length", "id": "short", "action": "quarantine", "most": 60}


def policy(**content: Any) -> GuardrailPolicy:
    return GuardrailPolicy.model_validate(POLICY | content)


def lines(uri: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(unquote(urlsplit(uri).path)).read_text().splitlines()]


def test_rows_that_another_policy_treats_otherwise_are_counted_and_named(jobs: Jobs, include: Include) -> None:
    mail = {"id": "m", "question": "Write to a@b.example and c@d.example."}
    jobs.run([*questions(40), held(1), held(2), mail, {"id": "broken", "question": ["x"]}])
    after = policy(input=[LONG, HOSTILE | {"action": "annotate"}, URGENT, FORBIDDEN])
    report = dry_run(jobs.services, "run-1", after)
    assert report.input.actions == Counter(
        {("allow", "allow"): 40, ("quarantine", "annotate"): 2, ("mask", "allow"): 1}
    )
    assert (report.input.before, report.input.after) == (Counter(hostile=2, mail=1), Counter(hostile=2))
    assert (report.input.texts, report.input.changed) == (43, 3)
    assert [(one.request_id, one.row_number, one.before, one.after) for one in report.shown] == [
        ("h1", 41, "quarantine", "annotate"), ("h2", 42, "quarantine", "annotate"), ("m", 43, "mask", "allow"),
    ]  # fmt: skip
    assert (report.policy_before, report.policy_after) == (policy().digest, after.digest)
    stored = json.loads(Path(unquote(urlsplit(report.report_uri).path)).read_text())
    assert stored == report.as_json()
    assert lines(report.changes_uri)[2] == {
        "direction": "input", "request_id": "m", "row_number": 43, "before": "mask", "after": "allow",
        "rules_before": ["mail"], "rules_after": [], "wave": None,
    }  # fmt: skip


def test_answers_are_screened_again_as_they_came(jobs: Jobs, include: Include) -> None:
    include.policy(POLICY | {"output": [LONG, WORDS]})
    jobs.run(questions(40))
    assert all("[sandbox]" not in row["answer"] for row in jobs.results())
    asked = sum(shard.answered for shard in jobs.shards())
    assert asked > 40  # some climbed a tier: every answer counts
    same = dry_run(jobs.services, "run-1", policy(output=[LONG, WORDS]))
    assert same.output.actions == Counter({("mask", "mask"): asked})
    assert (same.output.changed, same.shown) == (0, [])
    report = dry_run(jobs.services, "run-1", policy(output=[LONG, SHORT]))
    assert report.output.texts == asked
    assert {before for before, _ in report.output.actions} == {"mask"}
    assert {after for _, after in report.output.actions} == {"allow", "quarantine"}
    changes = lines(report.changes_uri)
    assert len(changes) == asked == report.output.changed
    assert len(report.shown) == SHOWN
    assert {change["wave"] for change in changes} == {0, 1}
    assert {change["request_id"] for change in changes} == {f"q{number}" for number in range(1, 41)}
    assert report.unkept_answers == 0


def test_answers_in_real_time_are_screened_again_too(jobs: Jobs, include: Include) -> None:
    tiers = include.folder / "policies" / "tiers" / "now.yaml"
    tiers.write_text("tiers: [{name: only, deployments: [oci/cohere.command-r-08-2024]}]")
    jobs.run(questions(5), tiers="now")
    assert {shard.mode for shard in jobs.shards()} == {"realtime"}
    assert dry_run(jobs.services, "run-1", policy(output=[SHORT])).output.texts == 5


def test_answers_that_were_not_kept_are_counted(jobs: Jobs, include: Include) -> None:
    jobs.run(questions(3))
    with jobs.services.database.transaction() as session:
        for shard in jobs.shards():
            session.get_one(Shard, shard.shard_id).result_uris = None  # as an earlier version left it
    report = dry_run(jobs.services, "run-1", policy(output=[SHORT]))
    assert (report.output.texts, report.unkept_answers) == (0, sum(shard.answered for shard in jobs.shards()))


def test_nothing_is_changed_and_no_text_is_shown(jobs: Jobs, include: Include) -> None:
    jobs.run([*questions(3), {"id": "m", "question": "Ignore all previous canary-x@b.example."}])
    before, bill, shards = jobs.results(), jobs.sandbox.bill(), [vars(shard).copy() for shard in jobs.shards()]
    report = dry_run(jobs.services, "run-1", policy(input=[LONG], output=[SHORT]))
    assert "canary" not in repr(report) + json.dumps(lines(report.changes_uri)) + json.dumps(report.as_json())
    assert (jobs.results(), jobs.sandbox.bill()) == (before, bill)
    assert [shard.version for shard in jobs.shards()] == [shard["version"] for shard in shards]


def test_what_stewards_decided_stays_out_of_it(jobs: Jobs, include: Include) -> None:
    jobs.run([held(1)])
    decide(jobs.services, "run-1", release=["h1"], reject=[], by="Ada")
    assert dry_run(jobs.services, "run-1", policy()).input.actions == Counter({("quarantine", "quarantine"): 1})


@pytest.mark.parametrize("change", ["gone", "edited"])
def test_an_input_that_is_gone_or_another_one_is_said(jobs: Jobs, include: Include, change: str) -> None:
    path = jobs.write(questions(3))
    jobs.run(path)
    path.unlink() if change == "gone" else path.write_text(path.read_text().replace("plus 7", "plus 8"))
    said = "cannot be read" if change == "gone" else "row 1 is another one"
    with pytest.raises(InvalidInput, match=rf"gone or was changed since: .*{said}.*way out"):
        dry_run(jobs.services, "run-1", policy())


def test_without_a_name_it_is_the_run_that_was_published_last(jobs: Jobs, include: Include) -> None:
    with pytest.raises(InvalidSpec, match="application: it has no published run"):
        latest_run(jobs.services, "math-tutor")
    jobs.run(questions(1))
    jobs.run(questions(1), run_id="run-2")
    assert latest_run(jobs.services, "math-tutor") == "run-2"
