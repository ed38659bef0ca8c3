"""By how much an Airflow triggerer's event loop lags while many triggers wait for batches, ours next to two peers.

__main__.py               the driver: batches on a sandbox, one triggerer per subject, the table
subjects.py               who is measured: trigger class, arguments, and the call that counts as a look at a batch
triggerer.py              Airflow's own triggerer without its database; runs in the subject's environment
probe.py                  one more trigger in the same loop, which measures it
report.py                 percentiles and the table
peer_openai_provider.txt  what the peer's environment holds; the other peer's is that of benchmarks/throughput
"""
