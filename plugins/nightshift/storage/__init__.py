"""Where data rests.

database.py   engines and transactions on SQLite and PostgreSQL
tables/       the typed tables, one file per owner of the data
migrations/   Alembic: how a database reaches the present tables
lake.py       rows, receipts and reports as files on file:// or s3://
documents.py  reads and validates the YAML under include/
weights.py    trained weights as one file, with their card
"""
