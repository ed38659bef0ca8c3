"""What most would try first: TF-IDF of words and pairs, logistic regression. Runs in the peer's environment."""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    asked = json.load(sys.stdin)
    answers, taken, scored = [], 0.0, 0
    for split in asked:
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        model = LogisticRegression(max_iter=300).fit(words.fit_transform(split["train"]), split["gains"])
        started = time.process_time()
        answers.append(model.decision_function(words.transform(split["test"])).tolist())
        taken += time.process_time() - started
        scored += len(split["test"])
    json.dump({"scores": answers, "per_second": scored / taken}, sys.stdout)


if __name__ == "__main__":
    main()
