"""Which files an input URI stands for: one file, a folder or a glob."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from nightshift.batch.input.access import filesystem, translated_faults
from nightshift.errors import InvalidInput

Format = Literal["csv", "jsonl", "parquet"]

FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
}
COMPRESSED = {".gz": "gunzip", ".bz2": "bunzip2", ".xz": "unxz", ".zst": "unzstd", ".zip": "unzip"}


@dataclass(frozen=True, slots=True)
class InputFile:
    uri: str
    format: Format
    size_bytes: int


def resolve_files(uri: str, storage_options: Mapping[str, Any] | None = None) -> list[InputFile]:
    """The data files in order of their names; a folder's subfolders are not entered (a glob with ** does)."""
    with translated_faults(uri):
        files, path = filesystem(uri, storage_options or {})
        found = _entries(files, path)
        resolved = [
            InputFile(files.unstrip_protocol(name), _format(name, uri), int(found[name]["size"]))
            for name in sorted(found)
        ]
    if not resolved:
        raise InvalidInput(
            "no data file is there",
            field="input.uri",
            value=uri,
            limit=f"files ending in {', '.join(FORMATS)}",
            way_out="check the spelling; for files in subfolders use a glob such as folder/**/*.parquet",
        )
    _refuse_mixture(resolved, uri)
    return resolved


def _entries(files: Any, path: str) -> dict[str, dict[str, Any]]:
    """Name and details of each file. The plain file comes first: a file's own name may contain `[` or `*`."""
    if files.isfile(path):
        return {path: files.info(path)}
    if files.isdir(path):
        listed = {entry["name"]: entry for entry in files.ls(path, detail=True)}
    elif any(sign in path for sign in "*?["):
        listed = files.glob(path, detail=True)
    else:
        return {}
    return {name: entry for name, entry in listed.items() if entry["type"] == "file" and _counts(name)}


def _counts(name: str) -> bool:
    """Hidden files and marks without an extension (Spark's `_SUCCESS`) are no data."""
    path = PurePosixPath(name)
    return not path.name.startswith(".") and path.suffix != ""


def _format(name: str, uri: str) -> Format:
    extension = PurePosixPath(name).suffix.lower()
    if extension in FORMATS:
        return FORMATS[extension]
    shown = uri if name in uri else f"{uri} ({PurePosixPath(name).name})"
    if extension in COMPRESSED:
        problem, way_out = "compressed text cannot be cut into slices", f"unpack it first ({COMPRESSED[extension]})"
    else:
        problem, way_out = (
            "the extension does not say a known format",
            "rename the file, or name only the data files with a glob such as folder/*.csv",
        )
    raise InvalidInput(problem, field="input.uri", value=shown, limit=", ".join(FORMATS), way_out=way_out)


def _refuse_mixture(resolved: list[InputFile], uri: str) -> None:
    formats = sorted({file.format for file in resolved})
    if len(formats) > 1:
        raise InvalidInput(
            f"holds files of more than one format: {', '.join(formats)}",
            field="input.uri",
            value=uri,
            limit="one format in one input",
            way_out="name the files of one format with a glob such as folder/*.csv",
        )
