import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutMissingSecrets } from '../../../../src/builder/dockerfile/secret-mounts.ts';

const DOCKERFILE = `FROM base
RUN --mount=type=cache,target=/root/.npm \\
    --mount=type=secret,id=npmrc,target=/root/.npmrc \\
    --mount=type=secret,id=NPM_TOKEN \\
    --mount=type=bind,source=a.sh,target=/run/a.sh \\
    npm install
RUN --mount=type=secret,id=netrc,target=/root/.netrc \\
    make
RUN --mount=type=secret,id=must,required=true cat /run/secrets/must
`;

test('mounts of secrets that are not given are left out, in whatever place they stand', () => {
  const none = `FROM base
RUN --mount=type=cache,target=/root/.npm \\
    --mount=type=bind,source=a.sh,target=/run/a.sh \\
    npm install
RUN make
RUN --mount=type=secret,id=must,required=true cat /run/secrets/must
`;
  assert.equal(withoutMissingSecrets(DOCKERFILE, []), none);
  assert.equal(withoutMissingSecrets(DOCKERFILE, ['npmrc', 'NPM_TOKEN', 'netrc']), DOCKERFILE);
  const one = withoutMissingSecrets(DOCKERFILE, ['NPM_TOKEN']);
  assert.match(one, /npm \\\n {4}--mount=type=secret,id=NPM_TOKEN \\\n {4}--mount=type=bind/);
  assert.doesNotMatch(one, /npmrc|netrc/);
});
