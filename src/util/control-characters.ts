/**
 * Characters that do something instead of being shown: they steer a terminal (C0, DEL, C1), end a line, or change the order in which
 * text is read (Unicode's bidirectional embeddings, overrides and isolates). Whatever others have written may hold them. Pure.
 */

const ALL = /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;
/** Those that JSON lets stand in a string. */
const IN_JSON = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

/** A text in which each such character stands as its code, `\x1b` or `\u202e`: line feeds and tabs too. */
export function escaped(text: string): string {
  return text.replace(ALL, escapeOf);
}

/** One such character as its code. */
export function escapeOf(sign: string): string {
  const code = sign.charCodeAt(0);
  return code > 0xff ? inJson(sign) : `\\x${code.toString(16).padStart(2, '0')}`;
}

/** JSON that says the same with none of these characters in it but its own line feeds. */
export function escapedJson(json: string): string {
  return json.replace(IN_JSON, inJson);
}

function inJson(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
