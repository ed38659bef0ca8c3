"""The report's plots as SVG text. Colours keep their contrast in print and for colour-blind readers (Okabe and Ito)."""

from __future__ import annotations

import io
from itertools import cycle
from typing import Any

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#999999"
_LINES = (GREY, ORANGE, BLUE, GREEN, "#CC79A7", "#56B4E9")


def bars(title: str, values: dict[str, float], unit: str, colour: str = BLUE) -> str:
    """A horizontal bar per entry, labelled with its value."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 0.5 + 0.42 * max(len(values), 1)), layout="constrained")
    FigureCanvasSVG(figure)
    axes: Any = figure.add_subplot()
    names = list(values)[::-1]
    drawn = axes.barh(names, [values[name] for name in names], color=colour)
    axes.bar_label(drawn, labels=[_label(values[name], unit) for name in names], padding=4, fontsize=9)
    axes.set_title(title, loc="left", fontsize=11)
    axes.margins(x=0.2)
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    return _svg(figure)


def cost_against_quality(title: str, lines: dict[str, list[tuple[float, float]]], here: tuple[float, float]) -> str:
    """Points (dollars per 1,000 rows, quality) of every strategy, joined where there are several; `here` is marked."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes: Any = figure.add_subplot()
    for (name, points), colour in zip(lines.items(), cycle(_LINES)):
        axes.plot(*zip(*sorted(points), strict=True), marker="o", markersize=4, linewidth=1, color=colour, label=name)
    axes.plot(*here, marker="*", markersize=14, linestyle="none", color="black", label="now")
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel("dollars per 1,000 rows", fontsize=9)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False)
    return _svg(figure)


def _svg(figure: Any) -> str:
    target = io.StringIO()
    figure.savefig(target, format="svg", metadata={"Date": None})
    return target.getvalue()[target.getvalue().index("<svg") :]


def _label(value: float, unit: str) -> str:
    return f"${value:,.4f}" if unit == "$" else f"{value:,.0f} {unit}"
