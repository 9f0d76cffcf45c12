/** The quickest of the projects, through all of its day; `npm run test:frameworks` takes them all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newHome } from '../support/cli/faaso.ts';
import { startProxyHarness } from '../support/engine/proxy-harness.ts';
import { openBrowser } from './browser.ts';
import { check } from './check.ts';
import { project } from './projects/express-generator.ts';

test('a project of express-generator is deployed, seen in a browser, changed, rolled back and stopped', async () => {
  await using stand = await startProxyHarness();
  await using home = await newHome({ FAASO_SERVER: stand.url, FAASO_TOKEN: stand.token });
  await using browser = await openBrowser();
  const { lines } = await check(project, { stand, home, browser });
  assert.equal(lines, 2);
});
