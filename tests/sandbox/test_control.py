"""The server process: starting, finding, stopping, and what a restart keeps."""

from __future__ import annotations

import os
import signal
import socket

import pytest

from nightshift.errors import Misconfigured, NightshiftError
from nightshift.sandbox import control
from nightshift.sandbox.service import Options


def test_a_kept_restart_keeps_batches_files_and_bill_and_a_fresh_one_nothing(launcher):
    first = launcher.start()
    done = first.run(first.lines(5))
    before = first.bill()
    launcher.stop()
    second = launcher.start(keep=True)

    assert second.bill() == before == control.bill(launcher.state)
    assert len(second.results(second.client.batches.retrieve(done.id).output_file_id)) == 5
    second.run(second.lines(5))
    assert second.bill()["duplicate_requests"] == 5
    launcher.stop()
    assert launcher.start().bill()["requests"] == 0


def test_a_batch_that_was_not_finished_is_finished_after_a_kill_and_billed_once(launcher):
    first = launcher.start(batch_seconds=3600)
    waiting = first.reaches(first.submit(first.lines(5)).id, "in_progress")
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    second = launcher.start(keep=True)

    second.client.batches.cancel(waiting.id)
    assert second.reaches(waiting.id, "cancelled").request_counts.total == 5
    assert second.bill()["requests"] == second.client.batches.retrieve(waiting.id).request_counts.completed


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_an_end_in_the_middle_of_the_work_bills_every_row_once(launcher, how):
    first = launcher.start()
    batch = first.submit(first.lines(20_000))
    first.reaches(batch.id, "in_progress", "completed")
    os.kill(first.pid, how)
    os.waitpid(first.pid, 0)
    second = launcher.start(keep=True)
    done = second.reaches(batch.id, "completed")

    assert len(second.results(done.output_file_id)) == 20_000
    bill = second.bill()
    assert (bill["requests"], bill["unique_requests"]) == (20_000, 20_000)


def test_a_dead_process_is_not_taken_for_a_sandbox(launcher):
    started = launcher.start()
    os.kill(started.pid, signal.SIGKILL)
    os.waitpid(started.pid, 0)

    assert control.running(launcher.state) is None
    assert launcher.stop() is False


def test_stop_ends_the_process_even_while_a_client_waits(launcher):
    started = launcher.start()
    started.faults({"fault": "timeout", "on": "batches.list"})
    with socket.create_connection(("127.0.0.1", int(started.url.rsplit(":", 1)[1]))) as waiting:
        waiting.sendall(b"GET /v1/batches HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n")

        assert launcher.stop() is True
    assert control.running(launcher.state) is None


def test_a_taken_port_is_a_clear_error(launcher):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Misconfigured, match=rf"127\.0\.0\.1:{port} is not available.*way out"):
            launcher.start(port=port)


def test_a_bad_replay_file_is_a_clear_error(launcher, tmp_path):
    with pytest.raises(NightshiftError, match="replay: the file does not exist"):
        launcher.start(replay=str(tmp_path / "missing.jsonl"))


def test_a_running_sandbox_is_known_and_keeps_others_off_its_folder(launcher):
    started = launcher.start(batch_seconds=2.5)

    found = control.running(launcher.state)
    assert found is not None
    assert (found.url, found.options) == (started.url, Options(batch_seconds=2.5))
    assert control.status(found)["pid"] == found.pid
    with pytest.raises(Misconfigured, match="already works"):
        launcher.start()


def test_without_a_first_start_there_is_no_bill(tmp_path):
    with pytest.raises(Misconfigured, match="never ran"):
        control.bill(tmp_path)
