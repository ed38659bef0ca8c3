"""What it costs an event loop to look at many Bedrock jobs at once: boto3 in threads next to aiobotocore."""
