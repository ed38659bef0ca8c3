"""The `nightshift` command. Every group is imported when it is first used: the command itself starts at once.

batch.py             run, resume, submit, status, list
progress_line.py     what `batch run` shows while it works
screen.py            screens JSON lines (json_lines.py and subject_lines.py read them)
standard_streams.py  standard input and output of a filter
guardrails.py        trains the detectors, tries a policy on earlier rows, reviews what is held back
vault.py             restores or erases what a run has masked
tier.py              trains, scores, plans and shows the curve of tiers
tier_training.py     its weights: trained, and put in use where better
tier_scoring.py      its lines of prompts
tier_cases.py        its outcome rows with scores
tier_prices.py       its prices, and what is told of them
tier_report.py       its tables
tier_learning.py     what runs and files teach, and who puts new weights in use
tier_right_sizing.py where prompts stand on their curve, and what moving would save
cache.py             learns and checks the threshold of a prompt's semantic cache
tier_bundling.py     whether several rows may share a request
share_range.py       numbers of a range
json_lines.py        lines from a pipe as they come
sandbox.py           the local stand-in for the providers
local_platform.py    Airflow and the sandbox on this machine: up, down, status
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from nightshift.errors import NightshiftError

_COMMANDS = {
    "batch": "nightshift.cli.batch:batch",
    "screen": "nightshift.cli.screen:screen",
    "guardrails": "nightshift.cli.guardrails:guardrails",
    "vault": "nightshift.cli.vault:vault",
    "tier": "nightshift.cli.tier:tier",
    "cache": "nightshift.cli.cache:cache",
    "sandbox": "nightshift.cli.sandbox:sandbox",
    "up": "nightshift.cli.local_platform:up",
    "down": "nightshift.cli.local_platform:down",
    "status": "nightshift.cli.local_platform:status",
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def _nightshift() -> None:
    """Overnight batch inference and governance for generative AI."""


def main() -> None:
    """The console script. An error of ours is one line on standard error; its class says who can mend it."""
    try:
        _nightshift(standalone_mode=True)
    except NightshiftError as error:
        message = " ".join(str(error).split())  # what a parser says may have several lines
        click.echo(f"nightshift: {type(error).__name__}: {message}", err=True)
        sys.exit(2 if not error.retryable else 75)  # 75: EX_TEMPFAIL of sysexits.h
    except OSError as error:
        if (error.errno or -1) < 0 or isinstance(error, ConnectionError | TimeoutError):
            raise  # of a network: a fault of ours, since providers' faults have classes of their own
        where = f"{error.filename}: " if error.filename is not None else ""
        way_out = "way out: a path that exists and may be read or written, and room there"
        click.echo(f"nightshift: {type(error).__name__}: {where}{error.strerror or error}; {way_out}", err=True)
        _forget_output()
        sys.exit(2)


def _forget_output() -> None:
    """What standard output has not taken would fail a second time when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # by its number: a shell may have closed it
