"""Rows, receipts and reports as files on any fsspec file system (file:// and s3:// are the tested ones).

A file appears whole or not at all: writers fill a local temporary file, which is moved or uploaded in one step.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol, cast
from urllib.parse import unquote, urlsplit

import fsspec

from nightshift.errors import Misconfigured

SCHEMES = ("file", "s3")


class Lake(Protocol):
    """What the platform needs from object storage."""

    def child(self, *parts: str) -> str:
        """The URI of a file below the lake's root."""

    def exists(self, uri: str) -> bool: ...

    def open(self, uri: str) -> IO[bytes]:
        """Read a file; raises FileNotFoundError."""

    def create(self, uri: str) -> Any:
        """Context manager: gives a local path to fill; the file appears at `uri` whole when the block ends well."""

    def query_name(self, uri: str) -> str:
        """The name by which a query engine that `attach` was called with finds the file."""

    def attach(self, engine: Any) -> None:
        """Let a DuckDB connection read and write the lake's files."""


class FileLake:
    """A Lake on fsspec. `options` go to the file system (endpoint, credentials).

    Without them s3fs reads what AWS's own tools read: AWS_ENDPOINT_URL_S3, AWS_PROFILE, AWS_ACCESS_KEY_ID and so on.
    """

    def __init__(self, root: str, options: dict[str, Any] | None = None) -> None:
        self.root = check_uri(root, field="NIGHTSHIFT_LAKE_URL").rstrip("/")
        self._options = options or {}

    def child(self, *parts: str) -> str:
        return "/".join([self.root, *parts])

    def exists(self, uri: str) -> bool:
        filesystem, path = self._resolve(uri)
        return bool(filesystem.exists(path))

    def open(self, uri: str) -> IO[bytes]:
        filesystem, path = self._resolve(uri)
        return cast(IO[bytes], filesystem.open(path, "rb"))

    @contextmanager
    def create(self, uri: str) -> Iterator[Path]:
        filesystem, path = self._resolve(uri)
        local = _is_local(filesystem)
        folder = Path(path).parent if local else None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        staged = _staging_file(folder)
        try:
            yield staged
            if local:
                _flush_to_disk(staged)
                staged.replace(path)
            else:
                filesystem.put_file(str(staged), path)
        finally:
            staged.unlink(missing_ok=True)

    def query_name(self, uri: str) -> str:
        filesystem, path = self._resolve(uri)
        return path if _is_local(filesystem) else uri

    def attach(self, engine: Any) -> None:
        filesystem, _ = self._resolve(self.root)
        if not _is_local(filesystem):
            engine.register_filesystem(filesystem)

    def _resolve(self, uri: str) -> tuple[Any, str]:
        if urlsplit(uri).scheme == "s3":
            # Without a cache of listings: other processes write files all the time, and `exists` must see them.
            filesystem, path = fsspec.core.url_to_fs(uri, use_listings_cache=False, **self._options)
            return filesystem, str(path)
        # fsspec takes a file URI literally, while Path.as_uri() writes a space as %20.
        return fsspec.filesystem("file"), unquote(uri.removeprefix("file://"))


def check_uri(uri: str, *, field: str) -> str:
    """The URI with a scheme we serve; a plain path becomes file://."""
    scheme = urlsplit(uri).scheme
    if not scheme:
        return Path(uri).expanduser().resolve().as_uri()
    if scheme not in SCHEMES:
        raise Misconfigured(f"{field}: {uri!r} has the scheme {scheme!r}; the lake serves {', '.join(SCHEMES)}")
    return uri


def _is_local(filesystem: Any) -> bool:
    return "file" in filesystem.protocol  # a string or a tuple of strings


def _staging_file(folder: Path | None) -> Path:
    """An empty file beside its target, with the permissions that the target shall have; in private without a target."""
    if folder is None:
        handle, name = tempfile.mkstemp(prefix="nightshift-")
        os.close(handle)
        return Path(name)
    staged = folder / f".writing-{uuid.uuid4().hex}"
    staged.touch(exist_ok=False)
    return staged


def _flush_to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
