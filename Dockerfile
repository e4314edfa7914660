# One image for every role; the command picks it: docker/podman run trilho <role>.
FROM docker.io/library/python:3.11-slim-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Pinned by the base image's release; a build tool's patch level changes nothing that is shipped.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev libmariadb-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/trilho
COPY requirements.txt .
# pip reads its own settings (mirror, certificates) from a secret where the site has some.
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf,required=false \
    python3 -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
COPY . .
# The broker's jars and the compressed static files belong to the image; no secret does.
RUN KAFKA_JARS_DIR=/opt/jars /opt/venv/bin/python manage.py run_kafka --fetch \
 && /opt/venv/bin/python -m config.launcher.translations \
 && DJANGO_SETTINGS_MODULE=config.settings.build \
    /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && rm -rf var

FROM docker.io/library/python:3.11-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends libmariadb3 tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --home-dir /srv/trilho --shell /usr/sbin/nologin trilho \
 && install -d -o trilho -g trilho /var/lib/trilho
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/jars /opt/jars
COPY --from=build /srv/trilho /srv/trilho
WORKDIR /srv/trilho
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    TRILHO_VAR=/var/lib/trilho \
    KAFKA_JARS_DIR=/opt/jars
USER 10001
VOLUME /var/lib/trilho
EXPOSE 8000 8001 9092 9100 50052
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["python", "-m", "config.launcher.image", "health"]
ENTRYPOINT ["tini", "--", "python", "-m", "config.launcher.image"]
CMD ["web"]
