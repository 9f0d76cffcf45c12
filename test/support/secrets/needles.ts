/** Looks for a secret's value in whatever bytes, in each of the forms in which it could have got there. */

/** A form of the value, by its name. */
export type Needles = readonly (readonly [form: string, bytes: Buffer])[];

/** The value as it is, and as JSON, base64 (wherever in a longer text), hex, percent-encoding and lists of numbers have it. */
export function needlesOf(value: string): Needles {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((shift): [string, string] => [
    `base64, shifted by ${shift}`,
    base64Of(bytes, shift),
  ]);
  const urlSafe = base64.map(([form, text]): [string, string] => [
    `${form}, URL-safe`,
    text.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
  const texts: [string, string][] = [
    ['raw', value],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['hex', hex],
    ['upper-case hex', hex.toUpperCase()],
    ['percent-encoded', encodeURIComponent(value)],
    ['numbers', bytes.join(',')],
    ...base64,
    ...urlSafe,
  ];
  return texts.map(([form, text]) => [form, Buffer.from(text)]);
}

/** Of the value in the middle of other bytes: what does not depend on these. */
function base64Of(value: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), value])
    .toString('base64')
    .replaceAll('=', '');
  return text.slice(shift === 0 ? 0 : 4, -2);
}

/** The forms in which the value is in the bytes. */
export function formsIn(bytes: Buffer | string, needles: Needles): string[] {
  const all = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
  return needles.filter(([, needle]) => all.includes(needle)).map(([form]) => form);
}
