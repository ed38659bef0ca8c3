"""The main job under every way to use its tiers, on recorded answers of real models.

__main__.py         runs the jobs and prints the table
recorded.py         the recorded questions: what the job may see of them, and what grades its answers afterwards
replay_platform.py  a platform per part of the rows: a sandbox that replays, policies, weights that have not seen them
table.py            accuracy and cost, from the published results and receipts
"""
