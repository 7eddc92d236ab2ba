# Two stages: the first builds a virtual environment, the second holds nothing but that and the program's files.
# To pin the base, give its digest: --build-arg BASE=python@sha256:… (SECURITY.md says how to find it).
ARG BASE=python:3.13-slim
FROM ${BASE} AS build
WORKDIR /build
RUN python -m venv /opt/monitor
# What is downloaded has one of the hashes that were reviewed, or the build fails.
COPY requirements.lock ./
RUN /opt/monitor/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY monitor ./monitor
RUN /opt/monitor/bin/pip install --no-cache-dir --no-index --no-deps --no-build-isolation . \
    # trafilatura breaks at import when an extra of lxml is dropped silently: better here than at three in the morning.
    && /opt/monitor/bin/python -c "import trafilatura, feedparser, sqlmodel, monitor.daemon"

FROM ${BASE}
LABEL org.opencontainers.image.title="monitor" \
      org.opencontainers.image.description="Follows one case over months of news and alerts only about what is new." \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin monitor \
    && mkdir -p /app/var && chown monitor /app/var
COPY --from=build /opt/monitor /opt/monitor
WORKDIR /app
COPY config ./config
COPY seeds ./seeds
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MONITOR_CONFIG=/app/config \
    MONITOR_DATABASE_URL=sqlite:////app/var/monitor.db \
    MONITOR_HTTP__LISTEN=127.0.0.1:9310
USER 10001
VOLUME /app/var
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9310/healthz', timeout=4)"]
ENTRYPOINT ["monitor"]
CMD ["run"]
