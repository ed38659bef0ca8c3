"""`nightshift screen`: JSON lines in, verdicts out. A filter for pipes: in order, as they come, without a network."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Sequence
from typing import Any

import click
import orjson

from nightshift.cli.json_lines import Source
from nightshift.cli.standard_streams import InputFile, standard_output
from nightshift.cli.subject_lines import SubjectLine, blocks
from nightshift.errors import NightshiftError
from nightshift.guardrails.explaining import Explainer
from nightshift.guardrails.policy import GuardrailPolicy, find_policy
from nightshift.guardrails.scores import Scores
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.subjects import Batch, Origin
from nightshift.guardrails.verdict import Direction, Verdict

_USUAL: dict[Direction, Origin] = {"input": "user", "context": "document", "output": "assistant"}
Shown = dict[str, Any]


@click.command()
@click.option("--direction", type=click.Choice(["input", "context", "output"]), required=True)
@click.option("--policy", "policy_name", default="default", show_default=True, help="A file of policies/guardrails.")
@click.option("--explain", "explained", is_flag=True, help="Say which rule decided and why, and what was hidden how.")
@click.argument("source", type=InputFile(), default="-")
def screen(direction: Direction, policy_name: str, explained: bool, source: Source) -> None:
    """Screen JSON lines {"id", "text", ...} from SOURCE or standard input.

    Writes one line per line, blank ones aside: id, action, score, findings and the text, masked. A line that cannot be
    read is denied, scored as the worst there is, and carries `error`; standard error says how many there were.
    `origin` says who wrote a text: user, system, document (or retrieved), tool or assistant; any other word counts as
    document, and standard error says how many did. Answers may bring `prompt`, `system` and `sources`.

    Ends with 0 when every line has its answer, denied ones included; with 2 when it cannot work at all.
    """
    output = standard_output()
    filter_ = _Filter(find_policy(policy_name, field="--policy"), direction, explained)
    _collect_seldom()
    denied = guessed = 0
    for lines in blocks(source, _USUAL[direction]):
        shown = spared(lines, filter_.screened)
        denied += sum("error" in item for item in shown)
        guessed += sum(line.guessed for line in lines)
        output.write(b"".join(map(_written, shown)))
        output.flush()
    _warn(denied, guessed)


def _warn(denied: int, guessed: int) -> None:
    if denied:
        click.echo(f"nightshift: lines denied because they could not be read: {denied}; see their `error`", err=True)
    if guessed:
        click.echo(f"nightshift: texts that count as documents because their `origin` is unknown: {guessed}", err=True)


def _collect_seldom() -> None:
    """What start-up has made is never garbage, and screening makes hardly any that the reference counts leave over."""
    gc.freeze()
    gc.set_threshold(100_000)


class _Filter:
    """Screens lines and shows what came of it."""

    def __init__(self, policy: GuardrailPolicy, direction: Direction, explained: bool) -> None:
        self._screen = Screen(policy, direction)
        self._scores = Scores()
        self._explainer = Explainer(policy, direction) if explained else None

    def screened(self, lines: Sequence[SubjectLine]) -> list[Shown]:
        """What is said of each line."""
        batch = Batch([line.subject for line in lines if line.subject is not None])
        verdicts = self._screen.screen_batch(batch)
        scores = self._scores.of(batch)
        explained = self._explainer.explain(batch, verdicts) if self._explainer else []
        places = iter(range(len(batch)))
        shown = []
        for line in lines:
            if line.subject is None:
                shown.append(_denied(line.key, line.error))
                continue
            place = next(places)
            shown.append(_shown(line.key, verdicts[place], {name: values[place] for name, values in scores.items()}))
            if explained:
                shown[-1]["explain"] = explained[place]
        return shown


def spared(lines: Sequence[SubjectLine], screened: Callable[[Sequence[SubjectLine]], list[Shown]]) -> list[Shown]:
    """What `screened` says of each line. A line that it stumbles over is denied and spoils no other."""
    try:
        return screened(lines)
    except NightshiftError:
        raise
    except Exception as error:
        if len(lines) == 1:
            return [_denied(lines[0].key, f"a check failed on this text ({type(error).__name__})")]
        return [shown for line in lines for shown in spared([line], screened)]


def _shown(key: Any, verdict: Verdict, scores: dict[str, float]) -> Shown:
    return {
        "id": key,
        "action": verdict.action,
        "score": scores,
        "findings": [
            {"rule": item.rule, "entity": item.entity, "start": item.start, "end": item.end, "score": item.score}
            for item in verdict.findings
        ],
        "text": verdict.text,
    }


def _written(shown: Shown) -> bytes:
    try:
        return orjson.dumps(shown, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:  # half of a character in the text, which only an escape can write
        text = orjson.Fragment(json.dumps(shown["text"]))
        return orjson.dumps(shown | {"text": text}, option=orjson.OPT_APPEND_NEWLINE)


def _denied(key: Any, error: str | None) -> Shown:
    """Nothing is known of the text, so the scores are on the safe side and no text is passed on."""
    return {
        "id": key,
        "action": "deny",
        "score": {"injection": 1.0, "harm": 1.0},
        "findings": [],
        "text": "",
        "error": error,
    }
