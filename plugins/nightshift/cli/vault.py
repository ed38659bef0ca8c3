"""`nightshift vault`: what a run has masked, restored or erased."""

from __future__ import annotations

import click


@click.group()
def vault() -> None:
    """Restore or erase what a run has masked."""


@vault.command()
@click.argument("run_id")
@click.option("--output", required=True, help="file:// or s3:// URI of a Parquet file that does not exist yet.")
def unmask(run_id: str, output: str) -> None:
    """Write a copy of the published results in which every answer shows what was masked in its own row."""
    from nightshift.batch.services import open_services
    from nightshift.batch.unmask import unmask_results

    rows = unmask_results(open_services(), run_id, output)
    click.echo(f"Restored {rows:,} answers of {run_id} in {output}")


@vault.command()
@click.argument("run_id")
def erase(run_id: str) -> None:
    """Destroy the run's key: nobody, we included, can restore what it has masked."""
    from nightshift.batch.erasure import erase as erase_vault
    from nightshift.batch.services import open_services

    erased_at = erase_vault(open_services(), run_id)
    click.echo(f"The vault of {run_id} was erased at {erased_at:%Y-%m-%d %H:%M:%S} UTC")
