"""Weights trained on an application's own outcome rows, and who has put them in use.

candidates.py candidates on record, and which of them wait
training.py   trains candidates, and compares them with the weights in use
deciding.py   adopts or rejects a candidate; nothing is in use that nobody has adopted
in_use.py     the weights of an application: the adopted ones, else the shipped ones
"""
