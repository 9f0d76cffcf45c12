/** What is told of a funko that has no instance, and of instances that are gone. */
import type { KeptInstance, LogsResult } from '../../api/funko-api.ts';
import { printable } from './printable.ts';

/** Of a funko without an instance: that it is down, what became of the last one, and how to see what that wrote. */
export function downLines({ funko, previous }: LogsResult, local: boolean): string[] {
  const last = previous.at(-1);
  const flag = local ? ' -l' : '';
  if (!last) return [`${funko} is down: no instance of it is there, and no log of an earlier one is kept`];
  return [
    `${funko} is down: no instance of it is there`,
    `  ${goneLine(last)}`,
    `  see what its instances wrote: faaso logs${flag} --previous ${funko}`,
  ];
}

/** Of an instance that is gone. */
export function goneLine({ instance, version, removedAt, reason, leftOut }: KeptInstance): string {
  const what = `${instance}${version === null ? '' : ` (${version})`} ${reason}`.replace(/\.$/, '');
  const cut = leftOut === 0 ? '' : `; ${leftOut ?? 'some'} lines in the middle of its log were not kept`;
  return printable(`${what} (${removedAt.slice(0, 19)}Z)${cut}`);
}
