"""Who may still be handing a shard over."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from nightshift.batch.shards.lease import LONGEST_HANDOVER, is_handing_over, this_worker

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NAME_ME = "from nightshift.batch.shards.lease import this_worker; print(this_worker(), flush=True); input()"


def test_a_worker_does_not_stand_in_its_own_way() -> None:
    assert not is_handing_over(this_worker(), NOW, NOW)


def test_nobody_has_it_before_the_first_intent() -> None:
    assert not is_handing_over(None, None, NOW)


def test_a_living_worker_of_this_machine_is_respected_and_a_dead_one_is_not() -> None:
    other = subprocess.Popen([sys.executable, "-c", NAME_ME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    name = other.stdout.readline().strip()
    assert is_handing_over(name, NOW, NOW + 10 * LONGEST_HANDOVER)
    other.kill()
    other.wait()
    assert not is_handing_over(name, NOW, NOW)


def test_a_killed_worker_that_nobody_has_reaped_is_dead() -> None:
    other = subprocess.Popen([sys.executable, "-c", NAME_ME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    name = other.stdout.readline().strip()
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # it has ended and is still in the process table
    assert not is_handing_over(name, NOW, NOW)
    other.wait()


def test_a_later_process_with_the_same_number_is_not_mistaken_for_the_worker() -> None:
    assert not is_handing_over(f"{socket.gethostname()}/{os.getpid()}/1", NOW, NOW)


def test_a_worker_of_another_machine_is_waited_for_until_its_calls_have_timed_out() -> None:
    assert is_handing_over("elsewhere/7/1", NOW, NOW + LONGEST_HANDOVER - timedelta(seconds=1))
    assert not is_handing_over("elsewhere/7/1", NOW, NOW + LONGEST_HANDOVER)
