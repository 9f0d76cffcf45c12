import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storeToken } from '../../../../src/cli/connect/config.ts';
import { startAdmin, TOKEN } from '../../../support/cli/server-harness.ts';
import { newHome } from '../../../support/cli/faaso.ts';

describe('talking to a server', () => {
  it('needs a token, and says how to get it', async () => {
    await using admin = await startAdmin();
    await using home = await newHome({ FAASO_SERVER: admin.url });
    const { status, stderr } = await home.faaso(['status']);
    assert.equal(status, 1);
    assert.equal(
      stderr,
      `faaso: no token for ${admin.url} is known; get it with: faaso login ${admin.url}\n`,
    );
    assert.deepEqual(admin.authorizations, ['Bearer none']);
  });

  it('says that no server answers, not that a token is missing, where that is so', async () => {
    const admin = await startAdmin();
    const { url } = admin;
    await admin[Symbol.asyncDispose]();
    await using home = await newHome({ FAASO_SERVER: url });
    const { status, stderr } = await home.faaso(['status']);
    assert.equal(status, 1);
    assert.ok(stderr.startsWith(`faaso: No server answers at ${url} (ECONNREFUSED). Start it`), stderr);
  });

  it('names the server that refuses a token, and how to get the right one', async () => {
    await using admin = await startAdmin();
    await using home = await newHome({ FAASO_SERVER: admin.url, FAASO_TOKEN: 'wrong-token' });
    for (const words of [['status'], ['up', 'demo'], ['down', 'demo']]) {
      const { status, stdout, stderr } = await home.faaso(words);
      assert.deepEqual([status, stdout], [1, '']);
      assert.ok(stderr.endsWith(`faaso login ${admin.url}\n`), stderr);
      assert.match(stderr, /does not accept this token\. Set FAASO_TOKEN to its token, or unset it and: /);
      assert.doesNotMatch(stderr, /wrong-token/);
    }
  });

  it('does not speak of FAASO_TOKEN where the token that is refused was kept', async () => {
    await using admin = await startAdmin();
    await using home = await newHome({ FAASO_SERVER: admin.url });
    await storeToken(home.path('.config', 'faaso', 'config.json'), admin.url, 'old');
    const { stderr } = await home.faaso(['status']);
    const says = `faaso: ${admin.url} does not accept this token. Get its token with: faaso login ${admin.url}\n`;
    assert.equal(stderr, says);
  });

  it('names the server that does not answer, and what to do', async () => {
    const admin = await startAdmin();
    const { url } = admin;
    await admin[Symbol.asyncDispose]();
    await using home = await newHome({ FAASO_SERVER: url, FAASO_TOKEN: TOKEN });
    const { status, stdout, stderr } = await home.faaso(['status']);
    assert.deepEqual([status, stdout], [1, '']);
    assert.ok(stderr.startsWith('faaso: ') && stderr.includes(url), stderr);
    assert.match(stderr, /docker compose up -d.*FAASO_SERVER/);
  });
});
