"""Keys of what software is built, shipped and watched with. Sources: the providers' documentation, gitleaks (MIT)."""

from __future__ import annotations

from nightshift.guardrails.secrets.providers.shape import DASHED, HEX, UUID, WORD, ProviderKey, shape

DEVELOPMENT_KEYS: tuple[ProviderKey, ...] = (
    shape("gh[pousr]_", WORD + "{36,251}"),  # GitHub
    shape("github_pat_", "[A-Za-z0-9_]{22,255}"),
    shape("glpat-|gldt-|glrt-|glcbt-|glptt-|glft-|glffct-|glsoat-|glimt-|glagent-|gloas-", r"[A-Za-z0-9_.-]{20,64}"),
    shape("GR1348941", DASHED + "{20}"),  # GitLab
    shape("ATATT3", "[A-Za-z0-9_=-]{60,}"),  # Atlassian
    shape("ATCTT3|ATBB", "[A-Za-z0-9_=-]{24,}"),
    shape("ATTA", HEX + "{64,76}"),  # Trello
    shape("AKC", "[A-Za-z0-9]{60,80}"),  # Artifactory
    shape("cmVmdGtuOj", WORD + "{54}"),
    shape("npm_", WORD + "{36}"),  # npm
    shape("pypi-", DASHED + "{50,}"),  # PyPI
    shape("rubygems_", HEX + "{48}"),
    shape("cio", WORD + "{32}"),  # crates.io
    shape("oy2", "[a-z0-9]{43}"),  # NuGet
    shape("CLOJARS_", "[a-z0-9]{60}"),
    shape("dckr_(?:pat|oat)_", DASHED + "{27,32}"),  # Docker
    shape("sq[pua]_", HEX + "{40}"),  # SonarQube
    shape("sgp_(?:[0-9a-fA-F]{16}_|local_)?", "[0-9a-zA-Z]{64}|[0-9a-fA-F]{40}"),  # Segment, Sourcegraph
    shape(r"[ps]at\.", r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),  # Harness
    shape("API-", r"[A-Z0-9]{25,26}", "(?=[A-Z]*[0-9])"),  # Octopus
    shape("ico-", WORD + "{32}"),  # Infracost
    shape("pn[ub]_", WORD + "{36}"),  # Prefect
    shape("rdme_", "[a-z0-9]{70}"),  # ReadMe
    shape("(?:sdk|api)-", UUID),  # LaunchDarkly
    shape("cu_", HEX + "{32}"),  # Checkly
    shape("CCIPAT_", "[A-Za-z0-9_]{30,90}"),  # CircleCI
    shape("bkua_", HEX + "{40}"),  # Buildkite
    shape("NRAK-|NRII-|NRJS-|NRRA-", "[A-Za-z0-9]{19,42}"),  # New Relic
    shape("ddapi_|ddapp_", WORD + "{30,50}"),  # Datadog
    shape(r"dt0[a-z][0-9]{2}\.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),  # Dynatrace
    shape("glsa_", "[A-Za-z0-9]{32}_[0-9a-fA-F]{8}"),  # Grafana
    shape("glc_", "[A-Za-z0-9+/]{32,400}={0,2}"),
    shape("sntry[su]_", "[A-Za-z0-9+/=_]{40,}"),  # Sentry
    shape("phc_|phx_", WORD + "{40,50}"),  # PostHog
    shape("PMAK-", "[0-9a-f]{24}-[0-9a-f]{34}"),  # Postman
    shape("waka_", UUID),  # WakaTime
    shape("AGE-SECRET-KEY-1", "[A-Z0-9]{58}"),  # age
)
