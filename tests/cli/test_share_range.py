"""A range that takes no `nan`."""

from __future__ import annotations

import click
import pytest

from nightshift.cli.share_range import ShareRange


def test_a_number_of_the_range_passes_and_nan_does_not() -> None:
    share = ShareRange(0, 1, min_open=True)
    assert share.convert("0.95", None, None) == 0.95
    for wrong in ("nan", "0", "inf", "1.1"):
        with pytest.raises(click.BadParameter, match=f"{wrong}.* is not in the range 0<x<=1"):
            share.convert(wrong, None, None)
