/** A command that a person wrote, as the words of an image's command. Pure. */

/** Words of the shell's own: what follows them is no program that could take the shell's place. */
const OF_THE_SHELL = /^(exec|cd|export|set|if|for|while|case|[.:{!])(\s|$)/;

/** A list is taken as it is; a text is run by `sh -c`. */
export function imageCommand(command: string | readonly string[]): readonly string[] {
  return typeof command === 'string' ? ['sh', '-c', replacingShell(command)] : command;
}

/** The last of the commands takes the shell's place where that is plain, so that signals reach it. */
function replacingShell(command: string): string {
  const [, before = '', assignments = '', last = ''] =
    /^(.*&&\s*|)((?:\w+=[^\s'"]*\s+)*)(.*)$/s.exec(command) ?? [];
  const isPlain = /^[^;&|<>()`\n]+$/.test(last) && !OF_THE_SHELL.test(last);
  return isPlain ? `${before}${assignments}exec ${last}` : command;
}
