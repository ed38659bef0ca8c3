"""`nightshift guardrails`: what is held back, what another policy would have done, how detectors are trained."""

from __future__ import annotations

import click

from nightshift.cli.guardrails_review import dry_run, review
from nightshift.cli.guardrails_train import distil, train


@click.group()
def guardrails() -> None:
    """Review what is held back, try a policy, train the detectors."""


guardrails.add_command(review)
guardrails.add_command(dry_run)
guardrails.add_command(train)
guardrails.add_command(distil)
