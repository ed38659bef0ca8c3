"""From working files to published results.

sorted_source.py  a Parquet file sorted by row, read forward window by window
answer_files.py   every file that holds answers for a run's rows, as sorted sources
window.py         the final answer and the whole cost of each row of one window
receipts.py       the published columns of one window
totals.py         what the run adds up to
"""
