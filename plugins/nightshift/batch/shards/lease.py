"""Who is handing a shard over right now. Two workers on one run must not both submit it.

The lease is part of the shard's intent record. A worker that died on this machine is recognised at once; one on another
machine is waited for until it cannot be in the middle of a call any more.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from functools import cache

import psutil

# Longer than the two calls of handing over, which time out after ten minutes each.
LONGEST_HANDOVER = timedelta(minutes=25)


@cache
def _identity(pid: int) -> str:
    return f"{socket.gethostname()}/{pid}/{psutil.Process(pid).create_time():.0f}"


def this_worker() -> str:
    """Names this process so that no other, earlier or later, has the same name. Right after a fork as well."""
    return _identity(os.getpid())


def is_handing_over(owner: str | None, since: datetime | None, now: datetime) -> bool:
    """Whether another worker that took the lease at `since` may still be about to submit."""
    if owner is None or since is None or owner == this_worker():
        return False
    host, pid, _ = owner.rsplit("/", 2)
    if host != socket.gethostname():
        return now < since + LONGEST_HANDOVER
    try:
        process = psutil.Process(int(pid))
        alive = process.status() != psutil.STATUS_ZOMBIE
        return alive and f"{host}/{pid}/{process.create_time():.0f}" == owner
    except psutil.NoSuchProcess:
        return False
