from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from nightshift.errors import Misconfigured, NightshiftError, ProviderUnavailable, RequestRejected, StateConflict
from nightshift.orchestration.airflow_api import AirflowApi, TaskInstance

Handler = Callable[[httpx.Request], httpx.Response]


def api(answer: Handler) -> AirflowApi:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            return httpx.Response(201, json={"access_token": "t0ken"})
        assert request.headers["authorization"] == "Bearer t0ken"
        return answer(request)

    return AirflowApi("http://airflow.invalid", transport=httpx.MockTransport(handle))


def test_all_pages_of_task_instances_are_read() -> None:
    rows = [{"task_id": "execute", "map_index": n, "state": "success", "try_number": 1} for n in range(250)]

    def answer(request: httpx.Request) -> httpx.Response:
        offset, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
        return httpx.Response(200, json={"task_instances": rows[offset : offset + limit], "total_entries": 250})

    assert [task.map_index for task in api(answer).task_instances("d", "r")] == list(range(250))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RequestRejected),
        (403, Misconfigured),
        (404, RequestRejected),
        (409, StateConflict),
        (422, RequestRejected),
        (500, ProviderUnavailable),
    ],
)
def test_an_error_says_whose_it_is(status: int, kind: type[NightshiftError]) -> None:
    client = api(lambda request: httpx.Response(status, json={"detail": "the reason"}))
    with pytest.raises(kind, match=r"the reason.*way out"):
        client.dag_run("d", "r")


def test_a_validation_error_does_not_repeat_the_input() -> None:
    detail = [{"loc": ["body", "conf"], "msg": "Input should be a dictionary", "input": "a customer's question"}]
    client = api(lambda request: httpx.Response(422, json={"detail": detail}))
    with pytest.raises(RequestRejected, match=r"body\.conf: Input should be a dictionary") as caught:
        client.trigger_dag("d", "r", {})
    assert "customer" not in str(caught.value)


def test_no_airflow_names_the_command_that_starts_one() -> None:
    with pytest.raises(Misconfigured, match="nightshift up"):
        AirflowApi("http://127.0.0.1:1").health()


def test_a_start_whose_answer_was_lost_is_not_repeated() -> None:
    run = {"dag_id": "d", "dag_run_id": "r", "state": "queued", "start_date": None, "end_date": None}
    answers = iter([httpx.Response(500, json={"detail": "Database error"}), httpx.Response(409, json={"detail": "r"})])
    client = api(lambda request: next(answers) if request.method == "POST" else httpx.Response(200, json=run))
    assert client.trigger_dag("d", "r", {}).run_id == "r"


def test_a_run_id_that_is_taken_is_refused() -> None:
    client = api(lambda request: httpx.Response(409, json={"detail": "it exists"}))
    with pytest.raises(StateConflict, match="it exists"):
        client.trigger_dag("d", "r", {})


def test_the_last_error_of_a_task_is_read_from_all_pages_of_its_log() -> None:
    failed = {"event": "Task failed", "error_detail": [{"exc_type": "InvalidSpec", "exc_value": "prompt: unknown"}]}
    pages = {None: {"content": [failed], "continuation_token": "2"}, "2": {"content": [], "continuation_token": None}}
    client = api(lambda request: httpx.Response(200, json=pages[request.url.params.get("token")]))
    task = TaskInstance(task_id="admit", map_index=-1, state="failed", try_number=1)
    assert client.last_error("d", "r", task) == "InvalidSpec: prompt: unknown"
