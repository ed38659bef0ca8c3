"""What most projects train: TF-IDF of words and word pairs, and a logistic regression. In the peer's environment."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from benchmarks.guardrails.worker import Answer, serve


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", choices=["injection", "harm"], required=True)
    parser.add_argument("--train", type=Path, required=True, help='JSON lines {"text", "label"}')
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.train.read_text(encoding="utf-8").splitlines()]
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", max_iter=1000),
    )
    model.fit([row["text"] for row in rows], [row["label"] for row in rows])

    def answer(text: str) -> Answer:
        return {asked.check: float(model.predict_proba([text])[0, 1])}

    serve(answer)


if __name__ == "__main__":
    main()
