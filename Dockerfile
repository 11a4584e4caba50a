# Two stages: the packages are installed with npm, and run without it.
FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data salon && install -d -o salon -m 0700 /data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY . .
USER salon
ENV SALON_DATA=/data SALON_BIND=0.0.0.0 PORT=8000
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node_modules/.bin/bun", "-e", "process.exit((await fetch(`http://127.0.0.1:${process.env.PORT}/readyz`)).ok ? 0 : 1)"]
ENTRYPOINT ["bin/salon"]
CMD ["serve"]
