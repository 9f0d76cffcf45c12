/** Finds files with credentials in a build context: whoever has the image can read them, and no `rm` in a later layer helps. */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { FileItem, ContextItem } from './walk.ts';

/** How much of a file is read, in bytes: what tells lies at its beginning. */
const HEAD_BYTES = 1024;
/** How many files are named. */
const MOST_NAMED = 10;
/** What others wrote: examples and tests of packages. */
const FOREIGN = /(?:^|\/)(?:node_modules|vendor|\.git|\.venv|venv|site-packages)\//;

interface CredentialKind {
  /** Of paths, or of their last parts. */
  readonly named: RegExp;
  /** Whether the file's head has a credential; a pattern, of which one match is enough. */
  readonly holds: RegExp;
  /** What the file has. */
  readonly what: string;
  /** What to do beside leaving the file out; it is given the file's place. */
  readonly fix: (file: string) => string;
}

/** A value that is written out: not `${NAME}`, `$NAME`, `<your token>`, an empty text. */
const LITERAL = String.raw`["']?[^\s"'#;$<{*]`;
const URL_WITH_PASSWORD = String.raw`:\/\/[^\s\/:@]*:(?!\$)[^\s\/@]+@`;

const asSecret = (file: string): string => `and use "faaso secret set NAME ${basename(file)} < ${file}"`;
const asVariable = (): string =>
  'or write ${TOKEN} in place of the value and build with --secret id=TOKEN,env=TOKEN';
const asFile = (file: string): string =>
  `and build with --secret id=${basename(file).replace(/^[._]/, '')},src=${file}`;

const KINDS: readonly CredentialKind[] = [
  {
    named: /^\.env(?:\..+)?$/,
    holds: new RegExp(String.raw`^[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=[ \t]*${LITERAL}`, 'm'),
    what: 'environment variables',
    fix: () => 'and set them with "faaso env set", secret ones with "faaso secret set"',
  },
  {
    named: /^\.npmrc$|^\.yarnrc$/,
    holds: new RegExp(
      String.raw`^[^#;\n]*(?:_authToken|_auth|_password)["']?[ \t]*[= ][ \t]*${LITERAL}|${URL_WITH_PASSWORD}`,
      'm',
    ),
    what: 'a token',
    fix: asVariable,
  },
  {
    named: /^\.yarnrc\.yml$/,
    holds: new RegExp(String.raw`^[^#\n]*npmAuth(?:Token|Ident):[ \t]*${LITERAL}`, 'm'),
    what: 'a token',
    fix: asVariable,
  },
  {
    named: /^bunfig\.toml$/,
    holds: new RegExp(
      String.raw`^[^#\n]*\b(?:token|password)[ \t]*=[ \t]*${LITERAL}|${URL_WITH_PASSWORD}`,
      'm',
    ),
    what: 'a token',
    fix: asVariable,
  },
  {
    named: /^(?:requirements[^/]*|constraints)\.txt$/,
    holds: new RegExp(URL_WITH_PASSWORD),
    what: 'a password in a URL',
    fix: asVariable,
  },
  {
    named: /^pip\.conf$/,
    holds: new RegExp(URL_WITH_PASSWORD),
    what: 'a password in a URL',
    fix: asFile,
  },
  {
    named: /^[._]netrc$/,
    holds: /\bpassword\s+\S/,
    what: 'a password',
    fix: asFile,
  },
  {
    named: /^\.pypirc$/,
    holds: new RegExp(String.raw`^[ \t]*password[ \t]*[=:][ \t]*${LITERAL}`, 'm'),
    what: 'a password',
    fix: () => 'as installing does not need it',
  },
  {
    named: /^auth\.json$/,
    holds:
      /"(?:http-basic|bearer|github-oauth|gitlab-oauth|gitlab-token|bitbucket-oauth|forgejo-token|auths)"\s*:\s*\{\s*"/,
    what: 'a token',
    fix: asFile,
  },
  { named: /^\.git-credentials$/, holds: new RegExp(URL_WITH_PASSWORD), what: 'a password', fix: asSecret },
  {
    named: /^id_(?:rsa|dsa|ecdsa|ed25519)$|\.(?:pem|key)$/i,
    holds: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/,
    what: 'a private key',
    fix: asSecret,
  },
  {
    named: /(?:^|\/)\.aws\/credentials$/,
    holds: /^[ \t]*aws_secret_access_key[ \t]*=[ \t]*\S/m,
    what: 'an access key',
    fix: asSecret,
  },
  {
    named: /(?:^|\/)\.docker\/config\.json$|^\.dockercfg$/,
    holds: /"(?:auth|identitytoken|password)"\s*:\s*"[^"]/,
    what: 'the password of a registry',
    fix: () => 'as no build needs it',
  },
  {
    named: /\.json$/i,
    holds: /"private_key"\s*:\s*"-----BEGIN/,
    what: 'the key of a service account',
    fix: asSecret,
  },
];
/** Files that show what is to be filled in. */
const EXAMPLE = /[._-](?:example|sample|template|tpl|dist|defaults?)(?:\.|$)/i;

/**
 * One sentence for each file that holds credentials, at most ten. Reads names first, then the first KiB of what has such a name.
 * @param items of the funko's folder
 * @param ignoreFile where a person can list what is to be left out
 * @param placeOf what the sentence calls a path
 */
export function credentialWarnings(
  items: readonly ContextItem[],
  ignoreFile: string,
  placeOf: (path: string) => string,
): string[] {
  const found: string[] = [];
  let more = 0;
  for (const item of items) {
    const kind = item.kind === 'file' ? kindOf(item) : undefined;
    if (!kind) continue;
    if (found.length === MOST_NAMED) more += 1;
    else found.push(sentenceOf(item.path, kind, ignoreFile, placeOf));
  }
  return more === 0 ? found : [...found, `${more} more files of the build context hold credentials`];
}

function sentenceOf(
  path: string,
  { what, fix }: CredentialKind,
  ignoreFile: string,
  placeOf: (path: string) => string,
): string {
  const file = placeOf(path);
  return `${file}: it has ${what}, which anybody with the image can read; list it in ${ignoreFile}, ${fix(file)}`;
}

function kindOf(item: FileItem): CredentialKind | undefined {
  const name = basename(item.path);
  if (FOREIGN.test(item.path) || EXAMPLE.test(name)) return undefined;
  const kinds = KINDS.filter(({ named }) => named.test(name) || named.test(item.path));
  if (kinds.length === 0) return undefined;
  const head = headOf(item);
  return kinds.find(({ holds }) => holds.test(head));
}

/** What can't be read is told when it is sent. Without promises, which take longer than the reading. */
function headOf({ content }: FileItem): string {
  if ('bytes' in content) return content.bytes.toString('latin1', 0, HEAD_BYTES);
  try {
    const file = openSync(content.file, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return head.toString('latin1', 0, readSync(file, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
