from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil

from nightshift.orchestration.background_session import BackgroundSession

# A leader with a child in a process group of its own that ignores SIGTERM, as a task may.
STUBBORN_FAMILY = """
import os, signal, sys, time
if os.fork() == 0:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
time.sleep(600)
"""


def started(tmp_path: Path) -> tuple[BackgroundSession, subprocess.Popen[bytes], list[int]]:
    session, pids = BackgroundSession(tmp_path / "record.json", patience=1), tmp_path / "pids"
    os.mkfifo(pids)
    leader = session.start([sys.executable, "-c", STUBBORN_FAMILY, str(pids)], os.environ, tmp_path / "log")
    with open(pids) as lines:  # ends when both have written
        return session, leader, [int(line) for line in lines]


def test_the_whole_family_ends_and_only_it(tmp_path: Path) -> None:
    session, leader, pids = started(tmp_path)
    assert session.pid() == leader.pid
    assert session.end()
    leader.wait()
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []
    assert session.pid() is None
    assert not session.end()


def test_what_a_killed_leader_left_behind_is_still_found(tmp_path: Path) -> None:
    session, leader, pids = started(tmp_path)
    leader.kill()
    leader.wait()
    assert session.pid() == leader.pid
    assert session.end()
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []


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
