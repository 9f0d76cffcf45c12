import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withOwnCaches } from '../../../../src/builder/dockerfile/cache-mounts.ts';

const DOCKERFILE = `FROM base
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \\
    apt-get update
RUN --mount=target=/root/.npm,type=cache \\
    --mount=type=bind,source=a.sh,target=/run/a.sh npm ci
RUN --mount=type=cache,id=/var/cache/apt,dst=/x --mount=type=cache,id=../faaso-shop/root/.npm,target=/y sh build.sh
RUN echo type=cache
`;

test('each cache mount gets an ID of its funko, whatever its own ID and the order of its settings', () => {
  const text = `FROM base
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked,id=faaso-demo/var/cache/apt \\
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked,id=faaso-demo/var/lib/apt/lists \\
    apt-get update
RUN --mount=target=/root/.npm,type=cache,id=faaso-demo/root/.npm \\
    --mount=type=bind,source=a.sh,target=/run/a.sh npm ci
RUN --mount=type=cache,dst=/x,id=faaso-demo/var/cache/apt --mount=type=cache,target=/y,id=faaso-demo/../faaso-shop/root/.npm sh build.sh
RUN echo type=cache
`;
  assert.equal(withOwnCaches(DOCKERFILE, 'demo', { sharesApt: false }), text);
});

test('what apt downloads is shared where it may be, and no other mount gets at it by an ID', () => {
  const shared = withOwnCaches(DOCKERFILE, 'demo', { sharesApt: true });
  assert.match(
    shared,
    /target=\/var\/cache\/apt,sharing=locked \\\n.*target=\/var\/lib\/apt\/lists,sharing=locked \\\n/,
  );
  assert.match(shared, /dst=\/x,id=faaso-demo\/var\/cache\/apt/);
});
