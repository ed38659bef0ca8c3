"""What tiers save on recorded outcomes of real models, next to routers that others have published.

__main__.py        prints every table; exit code 1 where a goal that was met before is missed
outcome_data.py    the development data as outcome rows
splits.py          whole subjects, or questions, left out: figures with their spread
tables.py          the tables
speed.py           prompts scored per second of one core
published.py       figures that others have printed; not measured here
peers.py           runs the peers in environments of their own
peer_complexity.py LiteLLM's complexity router
peer_tfidf.py      TF-IDF and logistic regression of scikit-learn
"""
