# What FaaSO is compared with, the upstream and the load generators, in one image: Debian's and npm's packages as they are.
FROM node:24-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends nginx-light haproxy caddy wrk curl \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /bench
COPY peers/package.json peers/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . /bench
ENTRYPOINT []
CMD ["sleep", "infinity"]
