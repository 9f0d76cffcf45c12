/** `Aptfile`: Debian packages, one a line. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith } from '../../../support/builder/contexts.ts';

it('installs what an Aptfile names, with the runtimes ruby and php', async () => {
  for (const [runtime, files] of [
    ['ruby', { 'config.ru': '' }],
    ['php', { 'public/index.php': '' }],
  ] as const) {
    const options = 'options: { ship_packages: [jq] }\n';
    const Aptfile = '# what it needs\nimagemagick # for pictures\n\r\nlibvips42t64 g++\n';
    const { text } = await builtWith(runtime, { ...files, Aptfile }, options);
    assert.match(text, /apt-get install .* jq imagemagick libvips42t64 g\+\+$/m);
  }
});

it('refuses a line of an Aptfile that names no package', async () => {
  const Aptfile = 'jq\n:repo:deb https://example.org/ stable main\n';
  await assert.rejects(builtWith('ruby', { 'config.ru': '', Aptfile }), {
    code: 'bad_context',
    message:
      /\/Aptfile:2: ":repo:deb" is not the name of a Debian package; .* need a Dockerfile of your own$/,
  });
});
