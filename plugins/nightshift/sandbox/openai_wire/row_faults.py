"""Faults that strike one request, in a batch or on its own."""

from __future__ import annotations

from nightshift.sandbox import mangling
from nightshift.sandbox.faults import LINE_FAULTS, ROW_FAILURES, Fault, ProviderFaults, Rule
from nightshift.sandbox.openai_wire.wire import ApiError, Flavour, Reply

_ERROR_IN_ROW = {400: "invalid_request_error", 429: "rate_limit_exceeded"}
_WRONG_USAGE = frozenset({Fault.WRONG_USAGE})


class RowFaults:
    """What can strike the requests for one model in one batch; number 0 is no batch."""

    def __init__(self, flavour: Flavour, faults: ProviderFaults, model: str | None, batch_number: int) -> None:
        self._flavour, self._faults, self._model, self._number = flavour, faults, model, batch_number
        # Asked once: without such a rule a batch's fast path needs no question per row.
        self._failures = faults.any_of(ROW_FAILURES)
        self._line_faults = faults.any_of(LINE_FAULTS)
        self._wrong_usage = faults.any_of(_WRONG_USAGE)

    def failure(self, custom_id: str) -> ApiError | None:
        """The error by which the row fails, if it does."""
        rule = self._strike(ROW_FAILURES, custom_id) if self._failures else None
        return None if rule is None else self._error(rule)

    def mistell(self, custom_id: str, reply: Reply | ApiError) -> None:
        """Makes an answer claim a usage that it did not have, if that fault strikes."""
        if self._wrong_usage and isinstance(reply, Reply) and self._strike(_WRONG_USAGE, custom_id):
            mangling.double_usage(reply.body)

    def of_line(self, custom_id: str) -> Rule | None:
        """What happens to the row's result line."""
        return self._strike(LINE_FAULTS, custom_id) if self._line_faults else None

    def _strike(self, faults: frozenset[Fault], custom_id: str) -> Rule | None:
        return self._faults.of_row(faults, self._model, custom_id, self._number)

    def _error(self, rule: Rule) -> ApiError:
        if rule.fault is Fault.CONTENT_FILTER:
            return self._flavour.filtered()
        status = rule.status or (429 if rule.fault is Fault.ROW_RATE_LIMIT else 400)
        code = rule.code or _ERROR_IN_ROW.get(status, "server_error")
        kind = "invalid_request_error" if status < 429 else "rate_limit_error" if status == 429 else "server_error"
        return ApiError(status, f"The sandbox was told to fail this row ({rule.fault.value}).", code, type=kind)
