import assert from 'node:assert/strict';
import { it } from 'node:test';
import { receiveContext } from '../../../../src/builder/tar/receive.ts';
import { FaasoError } from '../../../../src/errors.ts';
import { STATUS_OF } from '../../../../src/proxy/problem.ts';
import { bytesOf, streamOf } from '../../../support/builder/folders.ts';
import { HOSTILE_LIMITS, hostileTars } from '../../../support/builder/hostile-tars.ts';

const OTHER = 'the funko.yml of another funko';

for (const { what, bytes, gzip = false, status, message } of await hostileTars('hello')) {
  if (what === OTHER) continue;
  it(`${what} is refused`, async () => {
    for (const chunkBytes of [100, 64 * 1024]) {
      const input = streamOf(
        bytes.length > 100_000 ? bytes : bytes,
        Math.max(chunkBytes, bytes.length / 2000),
      );
      const read = async (): Promise<Buffer> =>
        bytesOf((await receiveContext(input, { ...HOSTILE_LIMITS, gzip })).tar);
      await assert.rejects(read(), (error: unknown) => {
        assert.ok(error instanceof FaasoError, String(error));
        assert.match(error.message, message);
        assert.equal(STATUS_OF[error.code], status);
        return true;
      });
      assert.ok(input.destroyed);
    }
  });
}
