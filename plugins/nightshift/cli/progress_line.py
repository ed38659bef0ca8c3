"""What `nightshift batch run` shows while it works: one line, kept current, on standard error."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from nightshift.batch.progress import Progress, progress_of
from nightshift.batch.services import Services
from nightshift.finops.money import shown

SECONDS = 0.5


@contextmanager
def progress_line(services: Services, run_id: str) -> Iterator[None]:
    """Shows the run's progress until the block ends. Where standard error is no terminal, only changes are printed."""
    ended = threading.Event()
    thread = threading.Thread(target=_show_until, args=(services, run_id, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _show_until(services: Services, run_id: str, ended: threading.Event) -> None:
    last, terminal = "", sys.stderr.isatty()
    finished = False
    while not finished:
        finished = ended.wait(SECONDS)
        progress = progress_of(services, run_id)
        line = described(progress) if progress else "admitting ..."
        if line != last:
            click.echo(f"\r\x1b[K{line}" if terminal else line, err=True, nl=not terminal)
            last = line
    if terminal:
        click.echo(err=True)


def described(progress: Progress) -> str:
    """The line: how many rows have come how far, and what it has cost."""
    return (
        f"rows {progress.rows:,} | screened {progress.screened:,} | cached {progress.cached:,} | "
        f"submitted {progress.submitted:,} | collected {progress.collected:,} | published {progress.published:,} | "
        f"cost {shown(progress.cost)}"
    )
