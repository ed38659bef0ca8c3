"""What an answer gives away about itself, and when two answers are the same.

written_numbers.py  numbers as models write them
final_value.py      the value an answer ends in
equations.py        the sums an answer works out, done again
features.py         an answer beside its prompt as numbers
verifier.py         how likely an answer is wrong
comparators.py      exact, numeric, normalised label; ports for embedding and judge
"""
