"""Money: prices, budgets and the ledger. All amounts are whole picodollars (10^-12 USD).

money.py    picodollars to and from Decimal dollars
prices.py   list prices with versions and effective dates; own overrides on top of genai-prices
budgets.py  what an application may spend in a month, kept under concurrency
ledger.py   the append-only, double-entry record of every reservation, settlement and release
"""
