/** Which package of a folder the runtime `go` serves, which programs it compiles beside, and where modules come from. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith } from '../../support/builder/contexts.ts';

const main = (more = ''): string => `package main\n\nimport (\n\t${more}\n)\n\nfunc main() {}\n`;
const SERVER = main('"net/http"');
const TOOL = main('"fmt"');
const HANDLER = 'package web\n\nfunc Handler(w http.ResponseWriter, r *http.Request) {}\n';
const MODULE = { 'go.mod': 'module example.com/shop\n\ngo 1.24\n' };

/** What .runtime/build.sh is given: the module's folder, what is served, the programs beside. */
async function compiled(files: Record<string, string>, options = ''): Promise<string> {
  const { text } = await builtWith('go', files, options);
  return /build\.sh \/image (.*)/.exec(text)?.[1] ?? '';
}

async function refusalOf(files: Record<string, string>): Promise<string> {
  return String(await builtWith('go', files).catch((thrown: unknown) => thrown));
}

const SERVED: readonly (readonly [what: string, files: Record<string, string>, expected: string])[] = [
  ['a Handler at the top', { ...MODULE, 'web.go': HANDLER, 'cmd/tool/main.go': TOOL }, '. . cmd/tool'],
  ['a program at the top', { ...MODULE, 'main.go': SERVER, 'cmd/migrate/main.go': TOOL }, '. . cmd/migrate'],
  ['the only program', { ...MODULE, 'shop.go': 'package shop\n', 'cmd/run/main.go': TOOL }, '. cmd/run'],
  [
    'the only program that serves HTTP, whatever lies beside',
    {
      ...MODULE,
      'cmd/daemon/main.go': main('"github.com/gin-gonic/gin"'),
      'cmd/worker/main.go': TOOL,
      'examples/web/main.go': SERVER,
      'cmd/daemon/main_test.go': 'package main\n',
      'gen.go': '//go:build ignore\n\npackage main\n',
    },
    '. cmd/daemon cmd/worker',
  ],
  [
    'of several the one with a usual name',
    { ...MODULE, 'cmd/admin/main.go': SERVER, 'cmd/server/main.go': SERVER },
    '. cmd/server cmd/admin',
  ],
  [
    'of several the one that is called as the funko',
    { ...MODULE, 'cmd/admin/main.go': SERVER, 'cmd/hello/main.go': SERVER },
    '. cmd/hello cmd/admin',
  ],
  ['the only Handler', { ...MODULE, 'internal/web/web.go': HANDLER }, '. internal/web'],
  ['code without a module', { 'main.go': SERVER }, '. .'],
  [
    'a module below the top',
    { 'api/go.mod': MODULE['go.mod'], 'api/main.go': SERVER, 'ui/index.js': '' },
    'api api',
  ],
  [
    'a module of a workspace',
    {
      'go.work': 'go 1.24\n\nuse (\n\t./api\n\t./lib // shared\n)\n',
      'api/go.mod': MODULE['go.mod'],
      'api/cmd/web/main.go': SERVER,
      'lib/go.mod': 'module example.com/lib\n',
    },
    '. api/cmd/web',
  ],
];

for (const [what, files, expected] of SERVED)
  it(`serves ${what}`, async () => {
    assert.equal(await compiled(files), expected);
  });

it('serves the package that the option names', async () => {
  const files = { ...MODULE, 'cmd/a/main.go': SERVER, 'cmd/b/main.go': SERVER };
  for (const name of ['./cmd/b', 'cmd/b', './cmd/b/'])
    assert.equal(await compiled(files, `options: { package: ${name} }\n`), '. cmd/b cmd/a');
  const expected =
    /the folder has 2 programs that may answer requests: cmd\/a, cmd\/b; name one with "options: { package: cmd\/a }"/;
  assert.match(await refusalOf(files), expected);
});

it("downloads by the go.mod of all of the folder's modules, which may replace each other", async () => {
  const { text } = await builtWith('go', {
    'go.mod': 'module a\n\nreplace example.com/lib => ./lib\n',
    'go.sum': '',
    'main.go': SERVER,
    'lib/go.mod': 'module example.com/lib\n',
    'lib/go.sum': '',
  });
  assert.match(
    text,
    /COPY go\.mod go\.sum \.\/\nCOPY lib\/go\.mod lib\/go\.sum lib\/\nRUN [^]* && cd \. && go mod download\nCOPY \. \.\n/,
  );
});

it('takes folders with any name, but for programs beside, which the compiler could not name', async () => {
  const files = {
    'my shop/go.mod': 'module example.com/shop\n\ngo 1.24\n',
    'my shop/go.sum': '',
    'my shop/cmd/web/main.go': SERVER,
    'my shop/cmd/a $(b)/main.go': TOOL,
    'my shop/cmd/tool/main.go': TOOL,
  };
  assert.equal(await compiled(files), "'my shop' 'my shop/cmd/web' 'my shop/cmd/tool'");
  const { text } = await builtWith('go', files);
  assert.match(text, /^COPY \["my shop\/go\.mod","my shop\/go\.sum","my shop\/"\]$/m);
  assert.match(text, /&& cd 'my shop' && go mod download/);
});

it('refuses modules that the build context does not have, and warns of a newer Go', async () => {
  const outside = { 'go.mod': 'module a\n\nreplace (\n\tb v1.0.0 => ../b // near\n)\n', 'main.go': SERVER };
  assert.match(
    await refusalOf(outside),
    /go\.mod takes a module from \.\.\/b, which is outside of the funko's folder/,
  );
  const missing = { 'go.work': 'go 1.24\nuse ./api\n', 'main.go': SERVER };
  assert.match(await refusalOf(missing), /go\.work takes a module from \.\/api, where no go\.mod is/);
  assert.equal(await compiled({ ...outside, 'vendor/modules.txt': '' }), '. .');
  const { warnings } = await builtWith('go', { 'go.mod': 'module a\n\ngo 1.30.1\n', 'main.go': SERVER });
  assert.match(warnings.join(), /go\.mod asks for Go 1\.30\.1, and Debian's is 1\.24/);
});
