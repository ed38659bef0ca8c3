"""Standard input and output as bytes. A shell may have closed them (`<&-`, `>&-`)."""

from __future__ import annotations

import sys
from os import PathLike
from typing import IO, Any, BinaryIO

import click

from nightshift.errors import Misconfigured


class InputFile(click.File):
    """A file to read bytes from; `-` is standard input."""

    def __init__(self) -> None:
        super().__init__("rb", lazy=False)

    def convert(
        self, value: str | PathLike[str] | IO[Any], param: click.Parameter | None, ctx: click.Context | None
    ) -> IO[Any]:
        if value == "-" and sys.stdin is None:
            raise Misconfigured("standard input is closed; way out: pipe something into it, or name a file")
        return super().convert(value, param, ctx)


def standard_output() -> BinaryIO:
    if sys.stdout is None:
        raise Misconfigured("standard output is closed; way out: leave it open, or send it to a file")
    return sys.stdout.buffer
