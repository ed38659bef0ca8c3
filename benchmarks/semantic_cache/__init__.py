"""False hits and hit rate of the semantic cache on near-duplicates and near-misses of public questions.

questions.py   the questions, of the recorded outcomes beside the project
same.py        changes after which the answer stays right
different.py   changes after which another answer is right, and real questions that are close to each other
"""
