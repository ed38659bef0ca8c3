"""The rows of the matrix: what is done to a provider, and how the run has to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.faults.columns import BEDROCK, BEDROCK_REALTIME, Column

Rules = list[dict[str, Any]]


class End(StrEnum):
    """How a run ends that a fault has struck."""

    ANSWERED = "answered"  # every row, and nothing climbed because of the fault
    CLIMBED = "climbed"  # rows that were billed and not delivered, or refused for good, are answered one tier up
    REFUSED = "refused, then resumed"  # stops with an error that says what to mend; resumed when that is done
    UNREACHABLE = "unavailable, then resumed"
    OUTAGE = "stopped in the middle, then resumed"
    FILTERED = "filtered rows set aside"


@dataclass(frozen=True)
class Cell:
    """One fault at one provider. `message` is what the error has to say; `unbooked` allows for an answer nobody saw."""

    rules: Rules
    end: End = End.ANSWERED
    message: str = ""
    unbooked: bool = False


Fault = Callable[[Column], Cell | None]
NOTHING_TO_DO = None  # the fault does not exist at this provider


def _once(fault: str, on: str, **more: Any) -> Rules:
    return [{"fault": fault, "on": on, "times": 1, **more}]


def _each_operation(column: Column, fault: str, **more: Any) -> Rules:
    operations = dict.fromkeys((column.upload, column.submit, column.poll, column.download))
    return [rule for operation in operations for rule in _once(fault, operation, **more)]


def rate_limit_told(column: Column) -> Cell:
    return Cell(_each_operation(column, "rate_limit", seconds=0.2))


def rate_limit_untold(column: Column) -> Cell:
    return Cell(_each_operation(column, "rate_limit", told=False))


def server_error(column: Column) -> Cell:
    return Cell(_each_operation(column, "server_error", status=503))


def reset_in_upload(column: Column) -> Cell:
    end = End.CLIMBED if column is BEDROCK_REALTIME else End.ANSWERED
    return Cell(_once("upload_reset", column.upload, share=0.5), end)


def reset_in_download(column: Column) -> Cell:
    if column.batch:
        return Cell(_once("connection_reset", column.download, share=0.5))
    return answer_lost(column)


def answer_lost(column: Column) -> Cell:
    """The provider accepts, and the connection ends before it can say so."""
    lost = _once("accept_then_reset", column.submit)
    if column.batch or column.books_lost_answers:
        return Cell(lost)
    return Cell(lost, End.CLIMBED, unbooked=True)


def slow_drip(column: Column) -> Cell:
    return Cell(_once("slow_drip", column.download, seconds=1.0))


def name_not_resolved(column: Column) -> Cell | None:
    return Cell([], End.UNREACHABLE, r"no-such-host\.invalid") if column.unreachable else NOTHING_TO_DO


def outage_in_the_middle(column: Column) -> Cell:
    rule: dict[str, Any] = {"fault": "server_error", "on": column.download, "status": 503}
    if column is BEDROCK:  # looking at a job reads S3 too, so the batch is thought to be working until that is possible
        return Cell([rule | {"times": 12}])
    return Cell([rule | ({} if column.batch else {"after": 10})], End.OUTAGE, r"503")


def invalid_credentials(column: Column) -> Cell:
    return Cell([{"fault": "invalid_credentials"}], End.REFUSED, r"_default")


def revoked_in_the_middle(column: Column) -> Cell:
    if column.batch:
        return Cell([{"fault": "invalid_credentials", "on": column.download}], End.REFUSED, r"_default")
    return Cell([{"fault": "invalid_credentials", "on": column.submit, "after": 10}], End.REFUSED, r"_default")


def quota_exhausted(column: Column) -> Cell:
    return Cell([{"fault": "quota_exhausted", "on": column.submit}], End.REFUSED, r"(?i)quota|limit|billing")


def model_retired(column: Column) -> Cell:
    return Cell([{"fault": "model_retired", "on": column.submit}], End.REFUSED, r"(?i)model|deployment")


def content_filter(column: Column) -> Cell:
    return Cell([{"fault": "content_filter", "rate": 0.2, "seed": 3}], End.FILTERED)


def expired_with_partial_output(column: Column) -> Cell | None:
    return Cell([{"fault": "expire_batch", "share": 0.5, "times": 1}]) if column.batch else NOTHING_TO_DO


def cancelled_outside(column: Column) -> Cell | None:
    return Cell([{"fault": "cancel_batch", "share": 0.5, "times": 1}]) if column.batch else NOTHING_TO_DO


def one_line_fails_validation(column: Column) -> Cell:
    if column.batch:
        return Cell([{"fault": "fail_line", "line": 5, "times": 1}], End.CLIMBED)
    return Cell([{"fault": "row_error", "times": 1}], End.CLIMBED)


def row_rate_limit(column: Column) -> Cell:
    return Cell([{"fault": "row_rate_limit", "rate": 0.2, "times": 8}])


def duplicate_lines(column: Column) -> Cell | None:
    return Cell([{"fault": "duplicate_lines", "rate": 0.3}]) if column.batch else NOTHING_TO_DO


def extra_lines(column: Column) -> Cell | None:
    return Cell([{"fault": "extra_lines", "rate": 0.3}]) if column.batch else NOTHING_TO_DO


def reordered_lines(column: Column) -> Cell | None:
    return Cell([{"fault": "reorder_lines", "seed": 5}]) if column.batch else NOTHING_TO_DO


def missing_lines(column: Column) -> Cell:
    return _not_delivered(column, {"fault": "missing_lines", "rate": 0.2, "times": 4})


def malformed_lines(column: Column) -> Cell:
    return _not_delivered(column, {"fault": "malformed_lines", "rate": 0.2, "times": 4})


def _not_delivered(column: Column, rule: dict[str, Any]) -> Cell:
    climbs = column.batch or not column.books_lost_answers
    return Cell([rule], End.CLIMBED if climbs else End.ANSWERED, unbooked=not column.books_lost_answers)


def truncated_result_file(column: Column) -> Cell | None:
    rule = {"fault": "truncate_output", "share": 0.5, "times": 1}
    return _not_delivered(column, rule) if column.batch else NOTHING_TO_DO


def results_deleted_before_collection(column: Column) -> Cell | None:
    rule = {"fault": "delete_results", "times": 1}
    return _not_delivered(column, rule) if column.batch else NOTHING_TO_DO


def wrong_usage(column: Column) -> Cell:
    # Without a sum there is nothing to check a count of tokens against; characters we count ourselves.
    return Cell([{"fault": "wrong_usage", "rate": 0.2, "times": 4}], unbooked=not column.books_lost_answers)


def clock_skew(column: Column) -> Cell:
    if column.signed:
        return Cell([{"fault": "clock_skew", "seconds": 3600}], End.REFUSED, r"(?i)clock")
    return Cell([{"fault": "clock_skew", "seconds": 600}])


FAULTS: tuple[Fault, ...] = (
    rate_limit_told, rate_limit_untold, server_error, reset_in_upload, reset_in_download, answer_lost, slow_drip,
    name_not_resolved, outage_in_the_middle, invalid_credentials, revoked_in_the_middle, quota_exhausted, model_retired,
    content_filter,
    expired_with_partial_output, cancelled_outside, one_line_fails_validation, row_rate_limit, duplicate_lines,
    extra_lines, reordered_lines, missing_lines, malformed_lines, truncated_result_file,
    results_deleted_before_collection, wrong_usage, clock_skew,
)  # fmt: skip
