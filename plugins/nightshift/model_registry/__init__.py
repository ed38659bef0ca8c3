"""Which models exist, which applications exist, and who may use what. No matching rule means no.

catalogue.py      the models of include/models/catalogue.yaml, each with a digest
applications.py   the applications of include/policies/applications/: team, cost centre, entitlements, regions
"""
