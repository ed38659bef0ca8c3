from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nightshift.orchestration.background_session import BackgroundSession

# A leader with a child in a process group of its own that ignores SIGTERM, as a task may.
STUBBORN_FAMILY = """
import os, signal, sys, time
ready, done = os.pipe()
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.write(done, b"x")
else:
    os.read(ready, 1)
    with open(sys.argv[1], "w") as pids:
        print(os.getpid(), child, file=pids)
time.sleep(600)
"""

Family = tuple[BackgroundSession, subprocess.Popen[bytes], list[int]]


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    session, pids = BackgroundSession(tmp_path / "record.json", patience=1), tmp_path / "pids"
    os.mkfifo(pids)
    leader = session.start([sys.executable, "-c", STUBBORN_FAMILY, str(pids)], os.environ, tmp_path / "log")
    members = [int(pid) for pid in pids.read_text().split()]  # waits for the writer
    yield session, leader, members
    for pid in filter(alive, members):
        os.kill(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    # In a container nobody may collect an ended orphan, so a zombie counts as ended.
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_the_whole_family_ends_and_only_it(family: Family) -> None:
    session, leader, pids = family
    assert session.pid() == leader.pid
    assert session.end()
    leader.wait()
    assert not any(map(alive, pids))
    assert session.pid() is None
    assert not session.end()


def test_what_a_killed_leader_left_behind_is_still_found(family: Family) -> None:
    session, leader, pids = family
    leader.kill()
    leader.wait()
    assert session.pid() == leader.pid
    assert session.end()
    assert not any(map(alive, pids))


def test_a_stranger_with_the_recorded_number_is_left_alone(tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        record.write_text(json.dumps({"pid": stranger.pid, "created": 1.0}))
        assert not BackgroundSession(record).end()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
