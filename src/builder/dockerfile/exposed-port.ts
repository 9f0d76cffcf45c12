/** The port that the image of a Dockerfile listens on, as far as the Dockerfile says. Pure. */

const INSTRUCTION = /^[ \t]*(EXPOSE|ENV|ARG)[ \t]+(.*?)[ \t]*$/gim;
const ASSIGNMENT = /([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|(\S*))/g;
const MOST = 65_535;

/** The port that a Dockerfile EXPOSEs, if it is one; variables have the values of its ENV and ARG. */
export function exposedPort(dockerfile: string): number | undefined {
  const joined = dockerfile.replace(/\\[ \t]*\r?\n/g, ' ');
  const variables = new Map<string, string>();
  const ports = new Set<number>();
  for (const [, instruction = '', rest = ''] of joined.matchAll(INSTRUCTION)) {
    if (instruction.toUpperCase() === 'EXPOSE') for (const port of portsIn(rest, variables)) ports.add(port);
    else setAll(rest, variables);
  }
  const [port] = ports;
  return ports.size === 1 ? port : undefined;
}

function portsIn(rest: string, variables: ReadonlyMap<string, string>): number[] {
  const words = valueOf(rest, variables).split(/\s+/);
  const numbers = words.map((word) => (/^[0-9]{1,5}(\/tcp)?$/i.test(word) ? parseInt(word, 10) : 0));
  return numbers.filter((port) => port >= 1 && port <= MOST);
}

function setAll(rest: string, variables: Map<string, string>): void {
  const assignments = [...rest.matchAll(ASSIGNMENT)];
  // The old form: ENV NAME VALUE.
  const [, name, value] = /^([A-Za-z_]\w*)[ \t]+([^=]*)$/.exec(rest) ?? [];
  if (name !== undefined) variables.set(name, valueOf(value ?? '', variables));
  for (const [, key = '', ...values] of assignments)
    variables.set(key, valueOf(values.find(Boolean) ?? '', variables));
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`. */
function valueOf(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g,
    (_, plain: string | undefined, braced: string | undefined, fallback: string | undefined) =>
      variables.get(plain ?? braced ?? '') ?? fallback ?? '',
  );
}
