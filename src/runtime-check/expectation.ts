/** Compares an answer with what a contract expects. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { ContractExchange, Expectation } from './contract.ts';

export interface ContractAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

const SHOWN_CHARACTERS = 200;

/** What is not as expected, for a person; undefined if all is. */
export function mismatch(
  answer: ContractAnswer,
  { status = 200, ...expected }: Expectation,
): string | undefined {
  const got = `the answer was ${answer.status} ${shown(answer.body)}`;
  if (answer.status !== status) return `status ${status} was expected; ${got}`;
  for (const [name, part] of Object.entries(expected.headers ?? {})) {
    const value = [answer.headers[name.toLowerCase()] ?? []].flat().join(', ');
    if (!value.includes(part)) return `the header ${name} must contain ${shown(part)}; it is ${shown(value)}`;
  }
  if (expected.body !== undefined && answer.body !== expected.body)
    return `the body ${shown(expected.body)} was expected; ${got}`;
  if (expected.contains !== undefined && !answer.body.includes(expected.contains))
    return `a body with ${shown(expected.contains)} was expected; ${got}`;
  if (expected.json !== undefined && !isDeepStrictEqual(parsed(answer.body), expected.json))
    return `the JSON ${JSON.stringify(expected.json)} was expected; ${got}`;
  return undefined;
}

/** An exchange as a report names it. */
export function nameOf({ name, request }: ContractExchange): string {
  return name ?? request;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}
