/**
 * The modification time of a file in a build context: a second that follows from the file's bytes alone. A program that compares
 * times sees a change when there is one, and the same content gives the same tar on every machine.
 */
import { hash } from 'node:crypto';

/** 1980-02-01: ZIP knows no time before 1980, in whatever time zone. */
const FIRST_SECOND = 318_211_200;
/** So many bits of the digest count: 8.5 years, up to 1988-08-03. Two contents share a second once in 268 million. */
const BITS = 28;

/** The time of all folders and links, in seconds since 1970. */
export const FIXED_TIME = FIRST_SECOND;

/** The time of a file with these bytes, in seconds since 1970. */
export function contentTime(bytes: Uint8Array): number {
  return timeOfDigest(hash('sha256', bytes, 'buffer'));
}

/** The same, from the SHA-256 of the bytes. */
export function timeOfDigest(sha256: Buffer): number {
  return FIRST_SECOND + (sha256.readUInt32BE(0) >>> (32 - BITS));
}
