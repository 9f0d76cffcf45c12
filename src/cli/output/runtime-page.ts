/** A runtime for a person, and for a program. Pure. */
import type { Runtime } from '../../builder/runtime/runtime.ts';
import { describeAllowed } from '../../funko/manifest/manifest-errors.ts';
import type { Schema } from '../../funko/manifest/json-schema.ts';

/** What `--json` prints of a runtime. */
export function runtimeJson(runtime: Runtime): object {
  const { name, version = null, description, health, needs, options, folder } = runtime;
  return { name, version, description, health, needs, options, folder };
}

/** What `faaso runtimes show` prints. */
export function runtimeLines(runtime: Runtime): string[] {
  const { name, version, description, health, needs, options, folder } = runtime;
  const named = Object.entries(options);
  return [
    `${name}${version === undefined ? '' : ` ${version}`}: ${description}`,
    '',
    `  ready when  ${readyWhen(health)}`,
    `  needs       ${needs.length === 0 ? 'no file' : needs.map((need) => plain(need, options)).join(', ')}`,
    `  found by    ${foundBy(runtime)}`,
    `  folder      ${folder}`,
    '',
    named.length === 0 ? 'It has no options.' : 'Options, for funko.yml:',
    ...named.flatMap(([option, schema]) => optionLines(option, schema)),
  ];
}

function readyWhen(health: string): string {
  const byPort = 'its port accepts connections';
  if (health === '') return byPort;
  if (!TEMPLATE.test(health)) return `${health} answers with a status below 400`;
  const [path] = textsIn(health).filter((text) => text.startsWith('/'));
  return `${path ?? 'a path of its own'} answers with a status below 400; a program of one's own when ${byPort}`;
}

/** What detection knows: frameworks by their names, then files. */
function foundBy({ detect }: Runtime): string {
  const names = detect.flatMap(({ name, file = [] }) => name ?? file);
  return names.length === 0 ? 'nothing; funko.yml must name it' : [...new Set(names)].join(', ');
}

function optionLines(option: string, schema: Schema): string[] {
  return [
    '',
    `  ${option}: ${JSON.stringify(schema.default)}`,
    `      ${schema.help ?? ''}`,
    `      It must be ${describeAllowed(schema)}.`,
  ];
}

/** Code of a template. */
const TEMPLATE = /<%.*?%>/s;

/** The texts in the code of a template. */
function textsIn(template: string): string[] {
  return [...template.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, single, double]) => single ?? double ?? '');
}

/** `<%= options.entry %>` as the file that it is by default, and the option that names another; other code is told, not shown. */
function plain(need: string, options: Runtime['options']): string {
  const named = need.replace(/<%=\s*options\.(\w+)\s*%>/g, (_, option: string) => {
    const value = options[option]?.default;
    return `${typeof value === 'string' && value !== '' ? value : 'the file'} (option ${option})`;
  });
  if (!TEMPLATE.test(named)) return named;
  const asked = [...new Set([...named.matchAll(/options\.(\w+)/g)].map(([, option]) => option))];
  return asked.length === 0
    ? 'a file that depends on the funko'
    : `a file that depends on the options ${asked.join(', ')}`;
}
