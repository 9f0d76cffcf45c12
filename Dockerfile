# The proxy: faaso-proxy. Dependencies come before the sources, so that a change of the sources installs nothing again.
FROM node:24-slim AS base
WORKDIR /app
COPY package.json package-lock.json ./

# Only what runs. No package of ours needs its install script: they compile optional extras.
FROM base AS dependencies
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM base AS build
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN node_modules/.bin/tsc -p tsconfig.build.json

# The parent runs as root, for the engine's socket is root's; it starts its workers as faaso-worker. No program gives a
# worker more than it has, also where the container is run without no-new-privileges.
FROM node:24-slim
RUN groupadd --gid 10001 faaso-worker \
 && useradd --uid 10001 --gid faaso-worker --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin faaso-worker \
 && find / -xdev -perm /6000 -type f -exec chmod ug-s {} + \
 && mkdir -m 0700 /data
WORKDIR /app
# By faaso.proxy a container of this image is known as a proxy, and never taken for a funko, whatever it is called.
LABEL org.opencontainers.image.title=faaso-proxy faaso.proxy=true
ENV NODE_ENV=production
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY runtimes runtimes
COPY --from=build /app/dist dist
EXPOSE 8888
ENTRYPOINT []
# What lives shortly is collected often: for the parent 11 MB less of memory count more than the time. It collects what its start
# has left behind itself (start-garbage.ts).
CMD ["node", "--expose-gc", "--max-semi-space-size=2", "dist/proxy/parent/main.js"]
