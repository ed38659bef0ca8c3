"""From working files to published results.

sorted_source.py  a Parquet file sorted by row, read forward window by window
answer_files.py   every file that holds answers for a run's rows, as sorted sources
window.py         the final answer and the whole cost of each row of one window
unfinished.py     rows that another model was due to answer
receipts.py       the published columns of one window
tier_reasons.py   why each row was answered by its tier
unmasking.py      what was masked, put back into answers where the policy says so
totals.py         what the run adds up to
"""
