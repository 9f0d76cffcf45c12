/**
 * What runs as the first process of a container under `faaso dev` where the runtime reloads by `process`: it starts the
 * image's own command, on SIGHUP kills all of it and starts it again, and when it ends by itself waits for that signal. So
 * the container stays, and a reload costs no more than the program's own start.
 *
 * What it has done it says on stdout and on stderr, in lines that no program writes: the engine keeps the order of lines within a
 * stream only, so what the program has written before its end is known when both have said it.
 */

const MARK = '\u001efaaso';

/** With job messages of the shell dropped; the program's stderr is the container's all the same. */
const SCRIPT = `exec 3>&2 2>/dev/null
trap again=1 HUP
trap 'kill -KILL -1; exit 143' TERM INT
while :; do
  again=
  "$@" </dev/null 2>&3 3>&- &
  wait "$!"
  status=$?
  if [ -z "$again" ]; then
    printf '%s ended %s\\n' "$0" "$status"
    printf '%s ended %s\\n' "$0" "$status" >&3
    while [ -z "$again" ]; do
      sleep 86400 &
      wait "$!"
    done
  fi
  kill -KILL -1
  wait
  printf '%s restarted\\n' "$0"
  printf '%s restarted\\n' "$0" >&3
done`;

/** What makes the supervisor restart the program. */
export const RESTART_SIGNAL = 'SIGHUP';

/** What the supervisor says. */
export type Said = { readonly type: 'restarted' } | { readonly type: 'ended'; readonly exitCode: number };

/** The container's command: the supervisor, around the image's own. */
export function supervised(command: readonly string[]): [string, ...string[]] {
  return ['/bin/sh', '-c', SCRIPT, MARK, ...command];
}

/** Takes what the supervisor says out of a line; a program's last line without an end stands before it. */
export function heard(line: string): { readonly text: string | null; readonly said: Said | null } {
  const at = line.lastIndexOf(`${MARK} `);
  if (at < 0) return { text: line, said: null };
  const [word, exitCode = ''] = line.slice(at + MARK.length + 1).split(' ');
  const text = at === 0 ? null : line.slice(0, at);
  return {
    text,
    said: word === 'ended' ? { type: 'ended', exitCode: Number(exitCode) } : { type: 'restarted' },
  };
}
