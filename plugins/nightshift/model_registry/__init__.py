"""Which models exist, what their providers can do, and who may use what. No matching rule means no.

catalogue.py      the models of include/models/catalogue.yaml, each with a digest
capabilities.py   what each provider's API can do: include/models/providers.yaml
applications.py   the applications of include/policies/applications/: team, cost centre, entitlements, regions
"""
