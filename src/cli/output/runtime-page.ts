/** A runtime for a person, and for a program. Pure. */
import type { Runtime } from '../../builder/runtime.ts';
import { describeAllowed } from '../../funko/manifest-errors.ts';
import type { Schema } from '../../funko/schema.ts';

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
    `  folder      ${folder}`,
    '',
    named.length === 0 ? 'It has no options.' : 'Options, for funko.yml:',
    ...named.flatMap(([option, schema]) => optionLines(option, schema)),
  ];
}

function readyWhen(health: string): string {
  const path = health.replace(/<%.*?%>/g, '…');
  return path === '' ? 'its port accepts connections' : `${path} answers with a status below 400`;
}

function optionLines(option: string, schema: Schema): string[] {
  return [
    '',
    `  ${option}: ${JSON.stringify(schema.default)}`,
    `      ${schema.help ?? ''}`,
    `      It must be ${describeAllowed(schema)}.`,
  ];
}

/** `<%= options.entry %>` as the file that it is by default, and the option that names another. */
function plain(need: string, options: Runtime['options']): string {
  return need.replace(/<%=\s*options\.(\w+)\s*%>/g, (_, option: string) => {
    return `${String(options[option]?.default)} (option ${option})`;
  });
}
