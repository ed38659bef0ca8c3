"""Embedding models that a run asks: for its semantic cache (docs/caching.md) and to compare answers (docs/tiering.md).

in_use.py     which model, in which region, at which price: fixed at admission
admission.py  whether the application may use it, and where
asking.py     texts to vectors: through the embedding cache of the application, booked in the run's budget
"""
