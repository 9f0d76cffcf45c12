/** Whom the image of a Dockerfile runs as, as far as the Dockerfile itself says so. Pure. */

const INSTRUCTION = /^\s*(FROM|USER)\s+(\S+)/i;
/** A user or `user:group`, by name or number; not a variable. */
const PLAIN_USER = /^[\w.-]+(:[\w.-]+)?$/;

/** The last `USER` of the last stage; null if there is none, or if it is a variable. */
export function userOf(dockerfile: string): string | null {
  let user: string | null = null;
  for (const line of dockerfile.split('\n')) {
    const [, instruction = '', word = ''] = INSTRUCTION.exec(line) ?? [];
    if (instruction.toUpperCase() === 'FROM') user = null;
    if (instruction.toUpperCase() === 'USER') user = PLAIN_USER.test(word) ? word : null;
  }
  return user;
}
