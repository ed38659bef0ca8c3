"""Opens input files through fsspec and turns storage faults into this platform's errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from nightshift.errors import InvalidInput, ProviderUnavailable

SCHEMES = ("file", "s3")


def filesystem(uri: str, storage_options: Mapping[str, Any]) -> tuple[Any, str]:
    """The fsspec filesystem of the URI and the path in it."""
    from fsspec.core import url_to_fs

    scheme = uri.split("://", 1)[0].lower() if "://" in uri else "file"
    if scheme not in SCHEMES or "::" in uri:
        raise InvalidInput(
            "the storage scheme is not supported",
            field="input.uri",
            value=uri,
            limit=f"a path, {' or '.join(f'{known}://' for known in SCHEMES)}",
            way_out="copy the data to one of these and name it there",
        )
    if scheme == "file":
        return cast("tuple[Any, str]", url_to_fs(uri))
    # A worker lives for days: a remembered listing would hide files that arrived since.
    return cast("tuple[Any, str]", url_to_fs(uri, **{"use_listings_cache": False, **storage_options}))


@contextmanager
def opened(uri: str, storage_options: Mapping[str, Any]) -> Iterator[BinaryIO]:
    """The file for reading; storage faults inside the block come out as our errors too."""
    with translated_faults(uri):
        files, path = filesystem(uri, storage_options)
        with files.open(path, "rb") as stream:
            yield stream


@contextmanager
def translated_faults(uri: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError) as error:
        raise unreadable(uri, type(error).__name__) from error
    except OSError as error:  # a disk or an object store that has trouble: it may pass, the request is not at fault
        raise ProviderUnavailable(f"the storage failed while {uri} was read ({type(error).__name__})") from error
    except Exception as error:
        translated = _of_object_store(uri, error)
        if translated is None:
            raise
        raise translated from error


def unreadable(uri: str, fault: str) -> InvalidInput:
    return InvalidInput(
        f"cannot be read ({fault})",
        field="input.uri",
        value=uri,
        way_out="check that it exists and that the workers may read it (for s3: the connection's credentials)",
    )


def _of_object_store(uri: str, error: Exception) -> Exception | None:
    if not uri.lower().startswith("s3"):
        return None
    from botocore.exceptions import BotoCoreError, HTTPClientError

    if isinstance(error, HTTPClientError):
        return ProviderUnavailable(f"the object store did not answer while {uri} was read ({type(error).__name__})")
    return unreadable(uri, type(error).__name__) if isinstance(error, BotoCoreError) else None
