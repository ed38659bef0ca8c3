"""A job's input table, read in slices with bounded memory.

Whole-file faults are one `InvalidInput` out of `resolve_files` or `index`, before any row is handed out. Faults of a
single row are `InputRow.problem`: the run goes on and the row comes out as rejected.

columns        which columns the job wants, what size is allowed, is the header fit for it
access         opens file paths, file:// and s3:// through fsspec; storage faults become our errors
catalogue      `resolve_files`: which files one file, folder or glob stands for
slices         `InputSlice` and how neighbours are merged when there would be too many
slicing        `index`: one streaming pass that counts, hashes, checks and cuts
rows           `read_slice`: the rows of one slice, in chunks
cells          `InputRow`, and what makes a single row unusable
text_blocks    whole lines in bounded blocks; encoding faults of text files
json_lines, csv_table, parquet_table     the three formats: each cuts a file and reads a slice
"""
