"""How a run compares answers two by two: fixed at admission, opened by the step that compares."""

from __future__ import annotations

from datetime import datetime

from nightshift.batch.agreement.embedding import EmbeddingAgreement
from nightshift.batch.agreement.judge import JudgeAgreement
from nightshift.batch.embeddings.admission import find_embedding
from nightshift.batch.embeddings.asking import embedding_of_run
from nightshift.batch.job import ResolvedJob
from nightshift.batch.model_in_use import ModelInUse
from nightshift.batch.services import Services
from nightshift.batch.side_calls.books import SideCalls, realtime_price
from nightshift.batch.side_calls.judging import PaidJudge
from nightshift.batch.spec import JobSpec
from nightshift.batch.tiering.cascade import Cascade, PairCheck
from nightshift.batch.tiering.policy import CascadePolicy
from nightshift.errors import Misconfigured
from nightshift.guardrails.answers.model_judge import ModelJudge
from nightshift.model_registry.applications import Application, allowed_regions, check_model, no_region
from nightshift.model_registry.capabilities import find_capabilities
from nightshift.model_registry.catalogue import find_model
from nightshift.similarity.embedding import word_vectors
from nightshift.tiering.answers.comparators import Agreement


def find_pair_check(
    services: Services, spec: JobSpec, application: Application, policy: CascadePolicy, at: datetime
) -> PairCheck | None:
    """What the policy's comparator needs; None for one that needs nothing.

    Raises InvalidSpec or NotEntitled for a model that may not be asked, Misconfigured where the word vectors are gone.
    """
    if policy.judge is not None:
        return PairCheck(judge=_judge(services, spec, application, policy.judge, at))
    if policy.embedding is not None:
        field = f"tiers ({spec.tiers}, cascade.embedding)"
        found = find_embedding(services, spec.application, application, policy.embedding, field=field, at=at)
        return PairCheck(similarity=policy.similarity, embedding=found.digest, embedding_model=found)
    if policy.similarity is not None:
        return PairCheck(similarity=policy.similarity, embedding=word_vectors().digest)
    return None


def with_pair_check(cascade: Cascade, check: PairCheck | None) -> Cascade:
    """The cascade with what its comparator needs, where it has such a one."""
    return cascade.model_copy(update={"pair_check": check}) if cascade.compares_pairs else cascade


def agreement_in_use(services: Services, job: ResolvedJob) -> Agreement:
    """The comparator of a cascade that compares pairs. Models are asked until the deadline."""
    check = job.cascade.pair_check or PairCheck()
    if (found := check.judge) is not None:
        provider = services.provider(found.provider, found.region)
        repeatable = find_capabilities(found.provider).realtime.repeatable
        books = PaidJudge(SideCalls(services, job, "judge"), found.model, found.price, repeatable=repeatable)
        judge = ModelJudge(provider, found.target, books)
        return JudgeAgreement(judge, job.deadline)
    if check.embedding_model is not None and check.similarity is not None:
        embedding = embedding_of_run(services, job, check.embedding_model)
        return EmbeddingAgreement(embedding, check.similarity, job.deadline)
    vectors = word_vectors()
    if check.similarity is None or vectors.digest != check.embedding:
        raise Misconfigured(
            f"the word vectors are not those that the run was admitted with ({vectors.digest[:12]} instead of "
            f"{(check.embedding or 'none')[:12]}); way out: put those back and resume, or cancel the run and start it "
            "anew"
        )
    return EmbeddingAgreement(vectors, check.similarity)


def _judge(services: Services, spec: JobSpec, application: Application, name: str, at: datetime) -> ModelInUse:
    field = f"tiers ({spec.tiers}, cascade.judge)"
    found = find_model(name, field=field)
    check_model(spec.application, application, found)
    regions = allowed_regions(application, found)
    if not regions:
        raise no_region(spec.application, application, [found], field)
    return ModelInUse(
        model=found.model,
        digest=found.digest,
        provider=found.provider,
        provider_model=found.provider_model,
        options=found.options,
        region=regions[0],
        price=realtime_price(found.provider, found.priced_model, at),
        sandbox=services.sandboxed(found.provider, regions[0]),
    )
