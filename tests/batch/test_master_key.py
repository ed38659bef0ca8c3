"""Where the key of the vaults comes from, and what happens where there is none."""

from __future__ import annotations

import base64
import stat
import threading
from pathlib import Path

import pytest

from nightshift.batch.master_key import find_master_key
from nightshift.errors import Misconfigured
from nightshift.guardrails.masking.run_keys import KeyWrapper, new_key


def test_the_connection_holds_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = base64.b64encode(bytes(range(32))).decode()
    monkeypatch.setenv("AIRFLOW_CONN_NIGHTSHIFT_VAULT", f'{{"conn_type": "generic", "password": "{secret}"}}')
    key = new_key()
    wrapped = find_master_key(in_sandbox=False).wrap(key, "run-1")
    assert find_master_key(in_sandbox=True).unwrap(wrapped, "run-1") == key


def test_a_password_that_is_no_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_NIGHTSHIFT_VAULT", '{"conn_type": "generic", "password": "correct horse"}')
    with pytest.raises(Misconfigured, match=r"nightshift_vault is not base64.*openssl rand") as caught:
        find_master_key(in_sandbox=True)
    assert "horse" not in str(caught.value)


def test_real_rows_are_not_masked_without_a_master_key() -> None:
    with pytest.raises(Misconfigured, match=r"AIRFLOW_CONN_NIGHTSHIFT_VAULT.*masking: name"):
        find_master_key(in_sandbox=False)


def test_the_sandbox_has_a_key_of_its_own_that_only_its_owner_reads(own_home: Path) -> None:
    key = new_key()
    wrapped = find_master_key(in_sandbox=True).wrap(key, "run-1")
    assert find_master_key(in_sandbox=True).unwrap(wrapped, "run-1") == key
    (path,) = own_home.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_key() -> None:
    found: list[KeyWrapper] = []
    threads = [threading.Thread(target=lambda: found.append(find_master_key(in_sandbox=True))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrapped = found[0].wrap(key := new_key(), "run-1")
    assert [item.unwrap(wrapped, "run-1") for item in found] == [key] * 8
