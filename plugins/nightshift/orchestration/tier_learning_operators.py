"""The form of tier_learning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator

from nightshift.orchestration.review_operators import listed_names
from nightshift.orchestration.tier_learning_tasks import ADOPT_ALL, AS_LISTED, LATER, REJECT_ALL

_PATIENCE = timedelta(hours=20)  # the next night asks again


class ApproveWeightsOperator(HITLOperator):  # type: ignore[misc,unused-ignore]
    """Waits, without a worker, until somebody has decided about the candidates. `body` is what the form says.

    Where nobody answers until the next night, nothing is decided.
    """

    def __init__(self, *, body: Any, **kwargs: Any) -> None:
        super().__init__(
            subject="New weights of tiering",
            body=body,
            options=[ADOPT_ALL, REJECT_ALL, AS_LISTED, LATER],
            defaults=LATER,
            response_timeout=_PATIENCE,
            params={
                "adopt": listed_names("Adopt", "names of candidates that are put in use"),
                "reject": listed_names("Reject", "names of candidates that are refused"),
            },
            **kwargs,
        )
