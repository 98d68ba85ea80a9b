# The server alone: no MLflow, no training.
#   docker build -t retinue .
#   docker run --user "$(id -u)" -v "$PWD/examples/complete_journey:/project" retinue \
#       retinue keys create --name crm --owner you --scope predict
#   docker run -p 8000:8000 --user "$(id -u)" -v "$PWD/examples/complete_journey:/project" retinue
# The project must have been trained and scored, and it serves others only once there is a key.
# SQLite keeps a file beside the store, so whoever serves must be able to write there: hence
# --user, or a folder owned by user 10001.

FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements/build.txt requirements/serving.txt requirements/
RUN python -m venv /opt/backend && python -m venv /opt/retinue \
    && /opt/backend/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
    && /opt/retinue/bin/pip install --no-cache-dir --require-hashes -r requirements/serving.txt
COPY pyproject.toml README.md LICENSE ./
COPY features features
COPY scoring scoring
COPY training training
COPY serving serving
COPY retinue retinue
RUN /opt/backend/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/retinue/bin/pip install --no-cache-dir --no-deps dist/*.whl

# MLflow's pages of what was trained, as locked for training, which wrote it; for compose.yaml.
FROM python:3.12-slim AS mlflow
WORKDIR /build
COPY requirements/demo.txt requirements/
RUN python -m venv /opt/mlflow \
    && /opt/mlflow/bin/pip install --no-cache-dir --require-hashes -r requirements/demo.txt \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin retinue
ENV PATH=/opt/mlflow/bin:$PATH PYTHONUNBUFFERED=1
USER 10001

FROM python:3.12-slim
# LightGBM needs the OpenMP runtime.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin retinue
COPY --from=build /opt/retinue /opt/retinue
ENV PATH=/opt/retinue/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /project
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["retinue", "serve", "--host", "0.0.0.0", "--port", "8000"]
