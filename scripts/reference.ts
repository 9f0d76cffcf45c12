/**
 * Writes docs/funko-yml.md, from the schema of funko.yml and the runtimes that come with FaaSO, and docs/settings.md,
 * from the proxy's settings: `npm run docs`. A test fails when one of them is stale.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { listRuntimes, type Runtime } from '../src/builder/runtime/runtime.ts';
import { describeAllowed } from '../src/funko/manifest/manifest-errors.ts';
import { MANIFEST_SCHEMA, MAX_MANIFEST_BYTES } from '../src/funko/manifest/schema.ts';
import { settingsPage } from './settings-page.ts';
import type { Schema } from '../src/funko/manifest/json-schema.ts';

const ROOT = join(import.meta.dirname, '..');

/** Where the reference lies. */
export const REFERENCE_FILE = join(ROOT, 'docs', 'funko-yml.md');

/** Where the page of the proxy's settings lies. */
export const SETTINGS_FILE = join(ROOT, 'docs', 'settings.md');

/** The whole text of the reference. */
export async function reference(): Promise<string> {
  const runtimes = await listRuntimes(join(ROOT, 'runtimes'));
  const keys = Object.entries(MANIFEST_SCHEMA.properties ?? {}).map(([key, schema]) =>
    keySection(key, schema),
  );
  return [head(), ...keys, '## Runtimes\n', ...runtimes.map(runtimeSection)].join('\n');
}

function head(): string {
  return `# funko.yml

<!-- Written by \`npm run docs\` from src/funko/manifest/schema.ts and runtimes/*/runtime.yml: change those. -->

A folder with a \`funko.yml\` (or \`funko.yaml\`) is a funko. The file is YAML 1.2, UTF-8, at most ${MAX_MANIFEST_BYTES / 1024} KiB. A key that is not listed
here is an error; every error names file, line and column.

\`\`\`yaml
name: hello
runtime: node
env:
  GREETING: Hello
\`\`\`
`;
}

function keySection(key: string, schema: Schema): string {
  const required = MANIFEST_SCHEMA.required?.includes(key) === true;
  const facts = [
    `- Allowed: ${describeAllowed(schema)}.`,
    ...(schema.propertyNames ? [`- Keys: ${describeAllowed(schema.propertyNames)}.`] : []),
    ...(typeof schema.additionalProperties === 'object'
      ? [`- Values: ${describeAllowed(schema.additionalProperties)}.`]
      : []),
    required ? '- Required.' : `- Default: ${defaultOf(schema)}.`,
  ];
  const examples = (schema.examples ?? []).map((value) => stringify({ [key]: value }).trimEnd());
  const example = `\`\`\`yaml\n${examples.join('\n# or\n')}\n\`\`\``;
  return `## ${key}\n\n${schema.description ?? ''}\n\n${facts.join('\n')}\n\n${example}\n`;
}

function defaultOf({ default: value }: Schema): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'object' ? 'empty' : `\`${JSON.stringify(value)}\``;
}

function runtimeSection(runtime: Runtime): string {
  const rows = Object.entries(runtime.options).map(([name, schema]) => {
    const { help, default: value } = schema;
    return `- \`${name}\` (default \`${JSON.stringify(value)}\`): ${help ?? ''} It must be ${describeAllowed(schema)}.`;
  });
  const options = rows.length === 0 ? 'It has no options.' : `Options:\n\n${rows.join('\n')}`;
  const title = `### ${runtime.name}\n\n${runtime.description}. An instance is ready when ${readiness(runtime)}.`;
  return `${title} More: [runtimes/${runtime.name}](../runtimes/${runtime.name}/README.md).\n\n${options}\n`;
}

/** The health path can be a template: then it is empty for a program of one's own. */
function readiness({ health }: Runtime): string {
  const onPort = 'its port accepts connections';
  if (health === '') return onPort;
  const [, path] = /'(\/[^']*)'/.exec(health) ?? [];
  if (!health.includes('<%')) return `\`${health}\` answers with a status below 400`;
  return `\`${path ?? '/'}\` answers with a status below 400; a program that listens by itself, when ${onPort}`;
}

if (import.meta.main) {
  await writeFile(REFERENCE_FILE, await reference());
  await writeFile(SETTINGS_FILE, settingsPage());
}
