"""START, COMPLETE and FAIL of a batch run as OpenLineage RunEvents, one JSON object per line.

Every event carries the full list of inputs and outputs, because Marquez takes an event without them as their removal.
The run id is derived from ours, so that a step that runs twice repeats an event instead of inventing a run.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from nightshift.settings import lineage_file

if TYPE_CHECKING:
    from openlineage.client.event_v2 import InputDataset, OutputDataset, RunEvent

PRODUCER = "https://nightshift.invalid/batch/0.1.0"  # a URI that names us; nothing is served there
NAMESPACE = "nightshift"


class Described(Protocol):
    """What lineage needs to know of a job; batch.job.ResolvedJob is one."""

    @property
    def run_id(self) -> str: ...
    @property
    def spec(self) -> Any: ...
    @property
    def prompt(self) -> Any: ...
    @property
    def deployments(self) -> Any: ...
    @property
    def output_uri(self) -> str: ...
    @property
    def admitted_at(self) -> datetime: ...
    @property
    def deadline(self) -> datetime: ...


def run_started(job: Described) -> None:
    _emit(job, "START", {})


def run_completed(job: Described, manifest: dict[str, Any]) -> None:
    """With row counts and size of the results, and the output gate as data quality assertions."""
    from openlineage.client.facet_v2 import data_quality_assertions_dataset, output_statistics_output_dataset

    results = manifest["results"]
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        rowCount=results["rows"], size=results["bytes"], fileCount=1
    )
    assertions = data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
        assertions=[
            data_quality_assertions_dataset.Assertion(
                assertion=item["assertion"], success=item["success"], column=item["column"]
            )
            for item in manifest["output_gate"]
        ]
    )
    _emit(job, "COMPLETE", {"outputStatistics": statistics}, {"dataQualityAssertions": assertions})


def run_failed(job: Described, error_class: str) -> None:
    """The class of the error only: its message may name values of the job."""
    from openlineage.client.facet_v2 import error_message_run

    facet = error_message_run.ErrorMessageRunFacet(message=error_class, programmingLanguage="python")
    _emit(job, "FAIL", {}, run_facets={"errorMessage": facet})


def _emit(
    job: Described,
    state: str,
    output_facets: dict[str, Any],
    dataset_facets: dict[str, Any] | None = None,
    run_facets: dict[str, Any] | None = None,
) -> None:
    from openlineage.client import OpenLineageClient
    from openlineage.client.transport.file import FileConfig, FileTransport

    path = lineage_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    transport = FileTransport(FileConfig(log_file_path=str(path), append=True))
    OpenLineageClient(transport=transport).emit(
        _event(job, state, output_facets, dataset_facets or {}, run_facets or {})
    )


def _event(
    job: Described,
    state: str,
    output_facets: dict[str, Any],
    dataset_facets: dict[str, Any],
    run_facets: dict[str, Any],
) -> RunEvent:
    from openlineage.client import event_v2
    from openlineage.client.facet_v2 import job_type_job, nominal_time_run

    nominal = nominal_time_run.NominalTimeRunFacet(
        nominalStartTime=job.admitted_at.isoformat(), nominalEndTime=job.deadline.isoformat()
    )
    kind = job_type_job.JobTypeJobFacet(processingType="BATCH", integration="NIGHTSHIFT", jobType="JOB")
    return event_v2.RunEvent(
        eventType=event_v2.RunState[state],
        eventTime=datetime.now(UTC).isoformat(),
        producer=PRODUCER,
        run=event_v2.Run(runId=run_uuid(job.run_id), facets={"nominalTime": nominal, **run_facets}),
        job=event_v2.Job(
            namespace=NAMESPACE,
            name=f"batch_inference.{job.spec.application}.{job.prompt.name}",
            facets={"jobType": kind},
        ),
        inputs=_inputs(job),
        outputs=[_results(job, dataset_facets, output_facets)],
    )


def run_uuid(run_id: str) -> str:
    """The OpenLineage run id that belongs to one of our run ids."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{NAMESPACE}/{run_id}"))


def _inputs(job: Described) -> list[InputDataset]:
    """The rows, the prompt version and every model version: what the answers were made from."""
    from openlineage.client.event_v2 import InputDataset
    from openlineage.client.facet_v2 import dataset_type_dataset, dataset_version_dataset

    namespace, name = _dataset_name(job.spec.input.uri)
    prompt_version = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=job.prompt.digest)
    datasets = [
        InputDataset(namespace=namespace, name=name),
        InputDataset(namespace=f"{NAMESPACE}://prompts", name=job.prompt.name, facets={"version": prompt_version}),
    ]
    # A model that serves from several regions is one dataset.
    models = {(item.provider, item.model): item.model_digest for item in job.deployments}
    for (provider, name_of_model), digest in models.items():
        version = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=digest)
        model = dataset_type_dataset.DatasetTypeDatasetFacet(datasetType="MODEL")
        facets: dict[str, Any] = {"version": version, "datasetType": model}
        datasets.append(InputDataset(namespace=f"{NAMESPACE}://models/{provider}", name=name_of_model, facets=facets))
    return datasets


def _results(job: Described, facets: dict[str, Any], output_facets: dict[str, Any]) -> OutputDataset:
    from openlineage.client.event_v2 import OutputDataset

    namespace, name = _dataset_name(f"{job.output_uri}/results.parquet")
    return OutputDataset(namespace=namespace, name=name, facets=facets, outputFacets=output_facets)


def _dataset_name(uri: str) -> tuple[str, str]:
    """Namespace and name by OpenLineage's naming rules for files and S3 objects."""
    parts = urlsplit(uri)
    if parts.scheme == "s3":
        return f"s3://{parts.netloc}", parts.path.lstrip("/")
    return "file", parts.path
