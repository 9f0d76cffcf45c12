/** The option `build` of the runtimes becomes a step of a Dockerfile, where the end of a line is the end of the step. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith } from '../../support/builder/contexts.ts';

const FOLDERS: Readonly<Record<string, Record<string, string>>> = {
  node: { 'index.js': '', 'package.json': '{}' },
  python: { 'app.py': 'app = Flask(__name__)\n' },
  php: { 'public/index.php': '' },
  ruby: { 'app.rb': '' },
  java: { 'Main.java': '' },
  static: { 'public/index.html': '' },
};

it('refuses a build of several lines, with the line of funko.yml', async () => {
  for (const [runtime, files] of Object.entries(FOLDERS))
    for (const build of ['|\n    make one\n    make two\n', '>\n    make one\n', '"make one\\rmake two"\n'])
      await assert.rejects(
        builtWith(runtime, files, `options:\n  build: ${build}`),
        { code: 'bad_manifest', message: /funko\.yml:4:\d+: options\.build is .* a command on one line/ },
        `${runtime} ${build}`,
      );
});

it('takes one line', async () => {
  for (const [runtime, files] of Object.entries(FOLDERS)) {
    const { text } = await builtWith(runtime, files, 'options: { build: make one && make two }\n');
    assert.match(text, /make one && make two/, runtime);
  }
});
