/** Whom a container's program runs as, found out as the engine does it. */
import { FaasoError } from '../errors.ts';
import { readFile } from './container-file.ts';
import { inspected } from './containers.ts';
import type { Engine } from './engine/engine.ts';

export interface ProgramUser {
  readonly uid: number;
  readonly gid: number;
  /** More groups that it is in. */
  readonly groups: readonly number[];
}

/** The image's lists of users and groups: the text of /etc/passwd and /etc/group, empty where there is none. */
export interface UserLists {
  readonly passwd: string;
  readonly group: string;
}

/**
 * The user that a container's program runs as, whether it runs or not.
 * @returns undefined if there is no such container, or the image does not know the user
 * Throws `engine_*`.
 */
export async function programUser(engine: Engine, id: string): Promise<ProgramUser | undefined> {
  const found = await inspected(engine, id);
  if (!found) return undefined;
  const [passwd, group] = await Promise.all([
    textOf(engine, id, '/etc/passwd'),
    textOf(engine, id, '/etc/group'),
  ]);
  return userOf(found.Config.User, { passwd, group });
}

/**
 * The user that `USER` of a Dockerfile stands for: a name or a number, with or without a group. Pure.
 * @param text empty: root
 * @returns undefined for a name that is not in the lists
 */
export function userOf(text: string, { passwd, group }: UserLists): ProgramUser | undefined {
  const [user = '', ownGroup] = text === '' ? ['0'] : text.split(':');
  const entry = entryOf(passwd, user);
  const uid = numberOf(entry?.[2] ?? user);
  const gid = numberOf(
    ownGroup === undefined ? (entry?.[3] ?? '0') : (entryOf(group, ownGroup)?.[2] ?? ownGroup),
  );
  if (uid === undefined || gid === undefined) return undefined;
  return { uid, gid, groups: ownGroup === undefined ? groupsOf(group, entry?.[0]) : [] };
}

/** The fields of the line that has this name, or else this number. */
function entryOf(list: string, user: string): string[] | undefined {
  const lines = list.split('\n').map((line) => line.trim().split(':'));
  return lines.find(([name]) => name === user) ?? lines.find((fields) => fields[2] === user);
}

function groupsOf(group: string, name: string | undefined): number[] {
  const lines = group.split('\n').map((line) => line.trim().split(':'));
  const mine = lines.filter((fields) => name !== undefined && (fields[3] ?? '').split(',').includes(name));
  return mine.map((fields) => numberOf(fields[2] ?? '')).filter((gid) => gid !== undefined);
}

function numberOf(text: string): number | undefined {
  return /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
}

async function textOf(engine: Engine, id: string, path: string): Promise<string> {
  try {
    return (await readFile(engine, id, path)).toString('utf8');
  } catch (error) {
    if (error instanceof FaasoError && error.code === 'not_found') return '';
    throw error;
  }
}
