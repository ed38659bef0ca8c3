"""Model calls beside the rows: judges, moderation, embeddings. Inside the run's budget, and in the ledger.

books.py       one call: room in the budget before it, its cost in the ledger after it, each question paid once
judging.py     the books of a judge: what it said before is not asked again
moderating.py  the books of a provider's own guardrail: lots of texts, priced by their length
totals.py      what they cost, as a run's summary tells it

Whoever asks a model beside the rows books it like this:

    books = SideCalls(services, job, "embedding")
    with books.booked(model, most, texts) as bill:  # BudgetExceeded where it does not fit
        found = ...  # ask; an error that is raised here ends the call too, and is raised
        bill.cost = price.cost(Billable(found.input_tokens, 0, 0, found.input_characters))

`most` is the highest cost of one try, in picodollars; every try has a `with` of its own, so that one whose answer was
lost (AnswerLost) keeps its place in the budget: it may be on the provider's bill. A call that was cut off keeps its
place too. `begin` and `end` are its two halves, for a coroutine (`asyncio.to_thread`) and for questions with a key of
their own, whose numbers are remembered and not paid for twice.
"""
