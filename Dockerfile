# One image for every Airflow component.
FROM python:3.11-slim

RUN pip install --no-cache-dir uv==0.13.9 && useradd --create-home --uid 50000 airflow
WORKDIR /opt/nightshift
COPY requirements.txt .
RUN uv pip install --system --no-cache --require-hashes -r requirements.txt
COPY pyproject.toml README.md ./
COPY plugins plugins
COPY dags dags
COPY include include
RUN uv pip install --system --no-cache --no-deps --editable . && mkdir state && chown airflow state
USER airflow
ENV NIGHTSHIFT_PROJECT=/opt/nightshift NIGHTSHIFT_HOME=/opt/nightshift/state AIRFLOW_HOME=/opt/nightshift/state/airflow
