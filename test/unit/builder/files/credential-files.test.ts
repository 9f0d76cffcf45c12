/** Warnings of files with credentials in a build context. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HELLO, open } from '../../../support/builder/contexts.ts';
import { tempFolder } from '../../../support/builder/folders.ts';

const KEY = '-----BEGIN RSA PRIVATE KEY-----\nabc\n';

/** What is warned of when the runtime `node` is given these files, with FOLDER for the folder. */
async function warned(files: Record<string, string>): Promise<string[]> {
  await using folder = await tempFolder({ ...HELLO, ...files });
  const { tar, warnings } = await open(folder);
  tar.destroy();
  return warnings.map((warning) => warning.replaceAll(folder.path, 'FOLDER'));
}

const CREDENTIALS: Record<string, string> = {
  '.env': '# for me\nAPI_KEY=abc\n',
  'a/.env.production': 'export A="b"\n',
  '.npmrc': '//r.example.com/:_authToken=npm_abc\n',
  'b/.npmrc': '_auth = "YTpi"\n',
  '.yarnrc': '"//r.example.com/:_authToken" "abc"\n',
  '.yarnrc.yml': 'npmScopes:\n  a:\n    npmAuthToken: "abc"\n',
  'bunfig.toml': '[install.scopes]\na = { url = "https://r.example.com", token = "abc" }\n',
  'requirements.txt': '--index-url https://me:abc@r.example.com/simple\n',
  'pip.conf': '[global]\nindex-url = https://me:abc@r.example.com/simple\n',
  '.netrc': 'machine r.example.com login me password abc\n',
  '.pypirc': '[pypi]\nusername = me\npassword = abc\n',
  'auth.json': '{ "github-oauth": { "github.com": "abc" } }\n',
  '.git-credentials': 'https://me:abc@r.example.com\n',
  id_ed25519: KEY.replace('RSA', 'OPENSSH'),
  'tls/server.key': KEY.replace('RSA ', ''),
  'tls/server.PEM': KEY,
  '.aws/credentials': '[default]\naws_secret_access_key = abc\n',
  '.docker/config.json': '{ "auths": { "r.example.com": { "auth": "YTpi" } } }\n',
  'config/google.json': `{ "type": "service_account", "private_key": "${KEY.replaceAll('\n', '\\n')}" }\n`,
};
for (const [path, text] of Object.entries(CREDENTIALS)) {
  it(`warns of ${path} in one line that names the file and the fix`, async () => {
    const [warning = '', ...others] = await warned({ [path]: text });
    assert.deepEqual(others, []);
    assert.ok(warning.startsWith(`FOLDER/${path}: it has `), warning);
    assert.match(warning, /list it in \.funkoignore, (and|or|as) \S/);
    assert.doesNotMatch(warning, /abc|YTpi|\n/);
  });
}

it('says nothing of variables, examples, certificates, empty values and what packages bring', async () => {
  const harmless = {
    '.env': '# nothing\nA=\nB="" # unset\n',
    '.env.example': 'API_KEY=abc\n',
    '.env.production.sample': 'API_KEY=abc\n',
    '.npmrc':
      '# _authToken=abc\nregistry=https://r.example.com/\n//r/:_authToken=${NPM_TOKEN}\nalways-auth=true\n',
    '.yarnrc.yml': 'nodeLinker: node-modules\nnpmAuthToken: "${TOKEN:-}"\n',
    'bunfig.toml': 'token = "$TOKEN"\n',
    'requirements.txt': '--index-url https://${USER}:${TOKEN}@r.example.com/simple\n',
    'pip.conf': '[global]\nindex-url = https://r.example.com:8080/simple\n',
    'auth.json': '{ "github-oauth": {} }\n',
    'ca.pem': '-----BEGIN CERTIFICATE-----\nabc\n',
    'id_rsa.pub': 'ssh-rsa abc\n',
    'vendor/x/test/server.key': KEY,
    '.docker/config.json': '{ "credsStore": "desktop" }\n',
    'data.json': '{ "private_key": null }\n',
  };
  assert.deepEqual(await warned(harmless), []);
});

it('names .dockerignore where the folder has one, and says nothing of what that leaves out', async () => {
  const files = { '.env': 'A=b\n', 'tls.key': KEY, '.dockerignore': '.env\n' };
  assert.deepEqual(await warned(files), [
    'FOLDER/tls.key: it has a private key, which anybody with the image can read; list it in .dockerignore, and use "faaso secret set NAME tls.key < FOLDER/tls.key"',
  ]);
});

it('names ten files and counts the others', async () => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`${index}.key`, KEY]));
  const warnings = await warned(files);
  assert.equal(warnings.length, 11);
  assert.equal(warnings.at(-1), '2 more files of the build context hold credentials');
});
