"""The published columns of one window: status, reason, answer, grade and receipt of every row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nightshift.batch import schemas
from nightshift.batch.answers.grading import grade
from nightshift.batch.job import ResolvedJob
from nightshift.batch.publication.tier_reasons import tier_reasons
from nightshift.batch.publication.window import Window
from nightshift.batch.steps.escalate import escalates

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_STUCK = "; not sent to the next tier: budget or deadline did not allow it"


def receipts(job: ResolvedJob, window: Window) -> pa.Table:
    """The window in schemas.results."""
    import pyarrow as pa
    import pyarrow.compute as pc

    prepared, final = window.prepared, window.final
    rows = prepared.num_rows
    status, reason = _outcomes(job, window)
    answered = pc.equal(status, "answered")
    origin = final["origin"]
    columns: dict[str, Any] = {
        "row_number": prepared["row_number"],
        "request_id": prepared["request_id"],
        "status": status,
        "reason": reason,
        "answer": pc.if_else(answered, final["answer"], pa.scalar(None, pa.string())),
        "grade": _grades(job, window, status),
        "wave": final["wave"],
        "cached": pc.fill_null(pc.equal(origin, 2), False),
        "deduplicated": pc.fill_null(pc.equal(origin, 1), False),
        "cost_usd": dollars(window.billed["cost"]),
        "input_digest": _hex(prepared["input_digest"]),
        "prompt_version": _constant(f"{job.prompt.name}@{job.prompt.version}", rows),
        "prompt_digest": _constant(job.prompt.digest, rows),
        "guardrails": _rules(prepared["guardrails"], final["guardrails"]),
        "guardrail_findings": _findings(prepared["findings"], final["findings"]),
        "guardrail_policy": _constant(job.guardrails.digest, rows),
        "provider_request_id": final["provider_request_id"],
        "provider_batch_id": final["provider_batch_id"],
        "run_id": _constant(job.run_id, rows),
        **{name: window.billed[name] for name in window.billed if name != "cost"},
        **_route_columns(job, window),
    }
    return pa.table({name: columns[name] for name in schemas.results().names}, schema=schemas.results())


def _outcomes(job: ResolvedJob, window: Window) -> tuple[pa.Array, pa.Array]:
    import pyarrow as pa

    prepared, final = window.prepared, window.final
    found = [
        _outcome(job, window, number, status, reason, verdict, why, tier, there_is_one)
        for number, status, reason, verdict, why, tier, there_is_one in zip(
            prepared["row_number"].to_pylist(),
            prepared["status"].to_pylist(),
            prepared["reason"].to_pylist(),
            final["verdict"].to_pylist(),
            final["reason"].to_pylist(),
            final["tier"].to_pylist(),
            final["answer"].is_valid().to_pylist(),
            strict=True,
        )
    ]
    return pa.array([item[0] for item in found], pa.string()), pa.array([item[1] for item in found], pa.string())


def _outcome(
    job: ResolvedJob, window: Window, number: int, status: str | None, reason: str | None, verdict: str | None,
    why: str | None, tier: int | None, there_is_one: bool,
) -> tuple[str, str | None]:  # fmt: skip
    if status is not None:
        return status, reason
    if verdict == "accepted":
        return "answered", None
    if number in window.repeated:
        return (
            "rejected",
            f"its id occurs before with other content, in row {window.repeated[number]}; ids must be unique",
        )
    if verdict is None or tier is None:
        return "dead_lettered", "never asked: the deadline passed first"
    climbs = escalates(job, verdict)
    if not climbs and there_is_one:
        return "answered", None
    stuck = _STUCK if climbs and tier + 1 < len(job.tiers) else ""
    return "dead_lettered", f"{verdict} on tier {job.tiers[tier].name}: {why}{stuck}"


def _grades(job: ResolvedJob, window: Window, status: pa.Array) -> pa.Array:
    import pyarrow as pa

    if job.spec.grader is None:
        return pa.nulls(len(status), pa.string())
    rows = zip(
        status.to_pylist(), window.final["reading"].to_pylist(), window.prepared["reference"].to_pylist(), strict=True
    )
    return pa.array(
        [grade(read, right) if outcome == "answered" else None for outcome, read, right in rows], pa.string()
    )


def _route_columns(job: ResolvedJob, window: Window) -> dict[str, pa.ChunkedArray]:
    """What follows from the route that answered: model, provider, place, price, and why it was that one."""
    import pyarrow as pa

    final = window.final
    taken = {name: pa.array(items, pa.string()).take(final["route"].cast(pa.int32())) for name, items in _named(job)}
    why = tier_reasons(job, window)
    return {**taken, "tier_reason": why, "model_version": taken["model"], "route_reason": final["route_reason"]}


def _named(job: ResolvedJob) -> list[tuple[str, list[str]]]:
    """Receipt column -> its value for each of the job's routes."""
    routes = [(job.tiers[route.tier].name, job.deployment(route), route.mode, job.price(route)) for route in job.routes]
    return [
        ("tier", [tier for tier, _, _, _ in routes]),
        ("model", [found.model for _, found, _, _ in routes]),
        ("provider", [found.provider for _, found, _, _ in routes]),
        ("region", [found.region for _, found, _, _ in routes]),
        ("mode", [mode for _, _, mode, _ in routes]),
        ("model_digest", [found.model_digest for _, found, _, _ in routes]),
        ("price_version", [price.version for _, _, _, price in routes]),
    ]


def _rules(before: pa.ChunkedArray, after: pa.ChunkedArray) -> pa.ChunkedArray:
    """`input: mask personal-data; output: allow`: action and rule ids before and after; null for a row not screened."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.string()
    asked = pc.binary_join_element_wise(pa.scalar("input: ", text), before, pa.scalar("", text))
    answered = pc.binary_join_element_wise(pa.scalar("; output: ", text), after, pa.scalar("", text))
    return pc.binary_join_element_wise(asked, pc.fill_null(answered, ""), pa.scalar("", text))


def _findings(before: pa.ChunkedArray, after: pa.ChunkedArray) -> pa.Array:
    """Two JSON lists as one; null for a row in which nothing was found."""
    import pyarrow as pa

    pairs = zip(before.to_pylist(), after.to_pylist(), strict=True)
    return pa.array([f"{one[:-1]},{two[1:]}" if one and two else one or two for one, two in pairs], pa.string())


def dollars(picodollars: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Array:
    """Exact decimal dollars: the same whole number, read with twelve decimal places."""
    import numpy as np
    import pyarrow as pa

    wide = np.zeros((len(picodollars), 2), dtype=np.int64)  # 128-bit little-endian
    wide[:, 0] = picodollars
    wide[:, 1] = picodollars >> 63  # the sign
    kind = schemas.results().field("cost_usd").type
    return pa.Array.from_buffers(kind, len(picodollars), [None, pa.py_buffer(wide.tobytes())])


def _hex(digests: pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa

    return pa.array([digest.hex() for digest in digests.to_pylist()], pa.string())


def _constant(value: str, rows: int) -> pa.Array:
    import pyarrow as pa

    return pa.repeat(pa.scalar(value, pa.string()), rows)
