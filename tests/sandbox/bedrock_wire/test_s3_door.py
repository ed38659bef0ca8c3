"""S3 behind the sandbox's own door: what boto3 does there, it does as at S3 itself."""

from __future__ import annotations

import io

import pytest
from boto3.s3.transfer import TransferConfig  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from tests.sandbox.bedrock_wire.conftest import BUCKET, Aws

MEBIBYTE = 1 << 20


def test_an_object_comes_back_byte_for_byte(aws: Aws):
    content = bytes(range(256)) * 1000
    aws.upload(content, "a folder/ü & é.bin")

    found = aws.s3.get_object(Bucket=BUCKET, Key="a folder/ü & é.bin")
    assert found["Body"].read() == content
    assert (
        found["ContentLength"]
        == len(content)
        == aws.s3.head_object(Bucket=BUCKET, Key="a folder/ü & é.bin")["ContentLength"]
    )
    assert found["ETag"] == aws.s3.head_object(Bucket=BUCKET, Key="a folder/ü & é.bin")["ETag"]


def test_a_range_is_a_range(aws: Aws):
    aws.upload(b"0123456789", "digits")
    found = aws.s3.get_object(Bucket=BUCKET, Key="digits", Range="bytes=2-4")

    assert (found["Body"].read(), found["ResponseMetadata"]["HTTPStatusCode"]) == (b"234", 206)


def test_a_large_object_goes_up_in_parts(aws: Aws):
    content = bytes(range(256)) * 4096 * 17
    config = TransferConfig(multipart_threshold=5 * MEBIBYTE, multipart_chunksize=5 * MEBIBYTE, max_concurrency=3)
    aws.s3.upload_fileobj(io.BytesIO(content), BUCKET, "large", Config=config)

    assert "-" in aws.s3.head_object(Bucket=BUCKET, Key="large")["ETag"]
    assert aws.content("large") == content


def test_objects_are_listed_and_deleted(aws: Aws):
    for name in ("a/1", "a/2", "b/1"):
        aws.upload(b"x", name)
    aws.s3.delete_object(Bucket=BUCKET, Key="a/1")

    listed = aws.s3.list_objects_v2(Bucket=BUCKET, Prefix="a/")["Contents"]
    assert [one["Key"] for one in listed] == ["a/2"]


def test_what_was_never_written_is_not_there(aws: Aws):
    for call in (aws.s3.get_object, aws.s3.head_object):
        with pytest.raises(ClientError) as missing:
            call(Bucket=BUCKET, Key="nothing")
        assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_reset_forgets_objects_and_keeps_the_bucket(aws: Aws):
    aws.upload(b"x", "a")
    aws.sandbox.reset()

    assert aws.s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
