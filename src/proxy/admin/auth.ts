/** Access to the admin API: requests with the token (RFC 6750). */
import { createHash, timingSafeEqual } from 'node:crypto';
import { AdminRefusal } from './refusal.ts';

/**
 * Makes the check of an Authorization header. Comparing digests takes the same time wherever two tokens differ, and
 * however long they are.
 */
export function authorizer(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer +([^\s,]+) *$/i.exec(authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

/** 401, with what RFC 9110, 11.6.1 asks for. */
export function unauthorized(): AdminRefusal {
  const message =
    'This needs the header "Authorization: Bearer TOKEN" with the right token. Get it with: faaso login';
  return new AdminRefusal('unauthorized', message, {
    headers: { 'www-authenticate': 'Bearer realm="faaso"' },
  });
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
