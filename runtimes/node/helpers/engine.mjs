// What runs a funko's program: Node.js, Bun or Deno.
import { toolRun } from './commands.mjs';
import { BUN } from './managers.mjs';
import { frameworkStart } from './output.mjs';
import { programIn, startOf } from './scripts.mjs';

/** The newest when this was written. */
const VERSIONS = { bun: BUN, deno: '2.9.6' };
/** Of the image that is used where nothing names one, and the oldest that runs what the runtime brings. */
const NODE = '24';
const OLDEST = 22;
/** What else each is called by. */
const NAMES = { bun: ['bun', 'bunx', 'node'], deno: ['deno'] };

/** @returns `node`, `bun` or `deno`: the option, else by what starts the funko, else by files that only one of them has */
export function engineOf(data, manifest) {
  const { has, options } = data;
  if (options.engine !== '') return options.engine.split('@')[0];
  const commands = typeof options.start === 'string' ? [options.start].filter(Boolean) : [options.start[0] ?? ''];
  const scripted = [frameworkStart(data, manifest) ?? startOf(manifest).start].flat();
  const programs = (commands.length > 0 ? commands : scripted).map(programIn);
  if (programs.length > 0) return { bun: 'bun', bunx: 'bun', deno: 'deno' }[programs.at(-1)] ?? 'node';
  if (has('deno.json') || has('deno.jsonc') || has('deno.lock')) return 'deno';
  return isForBun({ has }, manifest) ? 'bun' : 'node';
}

function isForBun({ has }, { dependencies = {}, devDependencies = {} }) {
  const types = ['@types/bun', 'bun-types'].some((name) => name in dependencies || name in devDependencies);
  return types || has('bun.lock') || has('bun.lockb');
}

/** The lines that make the stages `tools`, with Node.js and the engine, and `base`, with the engine alone; for Node.js the image has both. */
export function engineStages(data, engine, { packageManager = '', engines }) {
  const { options } = data;
  if (engine === 'node') return [`FROM node:${options.engine.split('@')[1] ?? usualNode(data, engines)}-slim AS base`];
  const named = new RegExp(`^${engine}@(\\d+\\.\\d+\\.\\d+)`).exec(packageManager)?.[1];
  const version = options.engine.split('@')[1] ?? named ?? VERSIONS[engine];
  const [name, ...others] = NAMES[engine];
  return [
    'FROM node:24-slim AS tools',
    toolRun(`${engine}@${version}`),
    `RUN mkdir /engine && cp "$(readlink -f /usr/local/bin/${name})" /engine/${name}${others.map((other) => ` && ln -s ${name} /engine/${other}`).join('')}`,
    '',
    'FROM debian:trixie-slim AS base',
    'COPY --from=tools /engine /usr/local/bin/',
  ];
}

/** Says so where package.json wants another one. */
function usualNode({ warn }, engines) {
  const [, major = NODE] = /^[\^~=v]*(\d+)(?:\.(?:x|\*|\d+))*$/.exec(String(engines?.node ?? '').trim()) ?? [];
  if (Number(major) >= OLDEST && major !== NODE) {
    const fix = `"options: { engine: node@${major} }" in funko.yml runs it on that one`;
    warn(`package.json: engines.node is ${JSON.stringify(engines.node)}, and the funko runs on Node.js ${NODE}; ${fix}`);
  }
  return NODE;
}
