# node:24-slim where no registry answers; see base-images.sh. The same user, paths and entrypoint as the official image.
FROM debian:trixie-slim
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY --chmod=755 node docker-entrypoint.sh /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && ln -s node /usr/local/bin/nodejs
ARG VERSION REGISTRY CERTIFICATES
ENV NODE_VERSION=$VERSION npm_config_registry=$REGISTRY NODE_EXTRA_CA_CERTS=$CERTIFICATES
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
