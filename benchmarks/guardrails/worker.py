"""A side of the comparison as a filter: JSON lines with a text in, JSON lines with what was found out.

Runs in the peers' environments too, so nothing but the standard library is imported here.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

# entity, start, end, score
Found = tuple[str, int, int, float]
Answer = dict[str, Any]


def serve(answer: Callable[[str], Answer]) -> None:
    """Answers every line of standard input; the last line says how much processor time the texts took."""
    texts = [json.loads(line)["text"] for line in sys.stdin]
    started = time.process_time()
    answers = [answer(text) for text in texts]
    seconds = time.process_time() - started
    sys.stdout.writelines(json.dumps(item) + "\n" for item in answers)
    sys.stdout.write(json.dumps({"seconds": seconds}) + "\n")


def without_nested(found: Sequence[Found]) -> list[Found]:
    """Drops what lies inside another finding of at least its score, as an anonymiser does."""
    kept: list[Found] = []
    for item in sorted(found, key=lambda item: (-item[3], item[1] - item[2])):
        if not any(other[1] <= item[1] and item[2] <= other[2] for other in kept):
            kept.append(item)
    return sorted(kept, key=lambda item: item[1])
