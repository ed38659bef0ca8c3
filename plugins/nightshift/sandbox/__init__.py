"""A local server that speaks OpenAI's wire protocol: recorded or labelled answers, faults on demand, its own bill.

Read in this order: app (routes) -> files, batches (what is stored) -> worker, execution (a batch's life) -> chat
(one request, one reply) -> answers, replay (where its text comes from). faults holds the rules, mangling applies those
that damage result files; prices, bill and store count and price what was served. control starts and stops the process.
"""
