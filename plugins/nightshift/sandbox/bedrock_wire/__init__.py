"""AWS Bedrock: model invocation jobs on S3, Converse, InvokeModel, guardrails; moto is the S3 behind them.

api: which path does what. calls, wire: HTTP as AWS speaks it. jobs, worker, input_check, execution: the life of a job.
speech, native: requests in, answers out. guardrail: a stand-in for one. caching: what requests have in common.
object_store, s3_door: S3, and the way to it.

What is known of AWS here comes from botocore's service models (paths, fields, states, error codes and their statuses),
from the user guide (batch-inference-data, batch-inference-results, quotas, model-parameters) and, for the words of
messages, from what people met with and published; a job's validation messages are worded by us.
"""
