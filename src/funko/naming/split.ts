/**
 * The conventions about splits, a part of naming.ts: how the requests to a funko are shared between two of its versions, as
 * tags of its images say. Pure.
 */
import { aliasOf } from './container-names.ts';
import { formatVersion } from './version.ts';

/** How the requests to a funko are shared between two of its versions: whole percentages, the lower version first. */
export type Split = readonly [Share, Share];

export interface Share {
  readonly version: number;
  /** In percent of the requests. */
  readonly weight: number;
}

/**
 * The tag by which the engine remembers a split: `faaso-hello:split-v7-90-v8-10`. Both weights are in one tag, so that a
 * split is set, and changed, in one step.
 */
export function splitTag(funko: string, split: Split): string {
  const shares = split.map(({ version, weight }) => `${formatVersion(version)}-${weight}`);
  return `${aliasOf(funko)}:split-${shares.join('-')}`;
}

/** The split that a tag stands for; undefined for any other tag or another funko's. */
export function splitOfTag(funko: string, tag: string): Split | undefined {
  const start = `${aliasOf(funko)}:split-`;
  const rest = tag.startsWith(start) ? tag.slice(start.length) : '';
  const [, ...found] = /^v([1-9][0-9]{0,8})-([0-9]{1,3})-v([1-9][0-9]{0,8})-([0-9]{1,3})$/.exec(rest) ?? [];
  const [first = 0, firstWeight = 0, second = 0, secondWeight = 0] = found.map(Number);
  const isSplit = first < second && firstWeight + secondWeight === 100;
  const split: Split = [
    { version: first, weight: firstWeight },
    { version: second, weight: secondWeight },
  ];
  return isSplit && splitTag(funko, split) === tag ? split : undefined;
}

/**
 * While a split is set on a network, or ended there because a version is to serve alone: `faaso-hello:set-split-on-faaso-net`,
 * `faaso-hello:end-split-on-faaso-net`. Who serves that network finishes it.
 */
export function splitWorkTag(funko: string, work: 'set' | 'end', network: string): string {
  return `${aliasOf(funko)}:${work}-split-on-${network}`;
}
