"""detect-secrets with its default plugins, on each text as a file. In the peer's environment."""

from __future__ import annotations

import tempfile
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

from benchmarks.guardrails.worker import Answer, Found, serve, without_nested


def answer(text: str, file: Path) -> Answer:
    file.write_text(text, encoding="utf-8", newline="")
    values = {secret.secret_value for secret in scan_file(str(file)) if secret.secret_value}
    return {"found": without_nested([found for value in sorted(values) for found in _places(text, value)])}


def _places(text: str, value: str) -> list[Found]:
    """It names the line, not the place; so every place counts."""
    found: list[Found] = []
    start = text.find(value)
    while start >= 0:
        found.append(("SECRET", start, start + len(value), 1.0))
        start = text.find(value, start + len(value))
    return found


def main() -> None:
    with default_settings(), tempfile.TemporaryDirectory() as folder:
        serve(lambda text: answer(text, Path(folder) / "text.txt"))


if __name__ == "__main__":
    main()
