/** How a plainly written request looks, as a funko may expect it of a proxy. */

export const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\/[\x21-\x7e]*) HTTP\/1\.1$/;
export const FIELD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t\x20-\x7e\x80-\xff]*$/;
/** Fields that it has once. */
export const ONCE = ['host', 'connection', 'x-forwarded-for', 'x-forwarded-proto', 'x-request-id', 'via'];
/** Fields that it never has: they are the client's own affair with the proxy. */
export const NEVER = [
  'te_',
  'keep-alive',
  'proxy-connection',
  'trailer',
  'expect',
  'forwarded',
  'x-real-ip',
  'http2-settings',
];
