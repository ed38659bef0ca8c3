"""A background process with all of its descendants: started, found again by another process, ended as a whole.

The operating system's session holds them together: task processes leave their parent's process group, not its session.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil


class BackgroundSession:
    """`record` is the file that says which session it is; it outlives the processes without harm."""

    def __init__(self, record: Path, patience: float = 15) -> None:
        self._record = record
        self._patience = patience

    def start(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
        with open(log, "wb") as output:
            leader = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._record.write_text(json.dumps({"pid": leader.pid, "created": psutil.Process(leader.pid).create_time()}))
        return leader

    def pid(self) -> int | None:
        """The session's id, which is its first process's; None if nothing of it lives."""
        if not self._record.exists():
            return None
        recorded = json.loads(self._record.read_text())
        pid: int = recorded["pid"]
        # Numbers are used again, but never while a session of that number has members. So a living leader with
        # another birth time is a stranger, and members without a leader are what ours left behind.
        try:
            if psutil.Process(pid).create_time() != recorded["created"]:
                return None
        except psutil.NoSuchProcess:
            pass
        return pid if _members(pid) else None

    def end(self) -> bool:
        """Ask every process to end, then make it. False if there was none."""
        session = self.pid()
        if session is None:
            return False
        for process in _members(session):
            _send(process, signal.SIGTERM)
        psutil.wait_procs(_members(session), timeout=self._patience)
        while stubborn := _members(session):
            for process in stubborn:
                _send(process, signal.SIGKILL)
            psutil.wait_procs(stubborn, timeout=self._patience)
        return True


def _members(session: int) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _belongs(process, session)]


def _belongs(process: psutil.Process, session: int) -> bool:
    try:
        return os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, PermissionError, psutil.Error):
        return False  # ended meanwhile, or another user's: not ours either way


def _send(process: psutil.Process, which: signal.Signals) -> None:
    try:
        process.send_signal(which)
    except psutil.NoSuchProcess:
        return
