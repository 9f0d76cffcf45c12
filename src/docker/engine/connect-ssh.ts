/** A client of the relay, led to an engine on another machine by `ssh HOST docker system dial-stdio`, as `docker` does it. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { systemCodeOf } from '../../errors.ts';
import type { SshEndpoint, FarEnd } from './endpoint.ts';

const CONNECT_WITHIN_S = 10;
const LONGEST_WORDS = 2000;

type Ssh = ChildProcessByStdio<Writable, Readable, Readable>;

/** Leads the client there. @returns breaks the connection off */
export function connectSsh(endpoint: SshEndpoint, client: Socket, end: FarEnd): () => void {
  // A session of its own: Ctrl-C is for this process, which has to speak to the engine after it.
  const ssh = spawn('ssh', wordsOf(endpoint), { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let failure: string | undefined;
  let stands = false;
  ssh.stdout.once('data', () => {
    stands = true;
    end.onFirstByte();
  });
  const stderr = lastWords(ssh.stderr);
  ssh.once('error', (error) => (failure = failureOfSpawn(error)));
  ssh.once('close', (status) => {
    end.onEnd(stands ? undefined : (failure ?? failureOfSsh(status, stderr())));
  });
  letGo(ssh);
  ssh.stdin.on('error', () => undefined);
  client.pipe(ssh.stdin);
  ssh.stdout.pipe(client, { end: false });
  // A client of a connection that never stood hears of its end when it is known why.
  ssh.stdout.once('end', () => {
    if (stands) client.end();
  });
  return () => void ssh.kill();
}

/** The words of the command line after `ssh`. Pure. */
export function wordsOf({ host, user, port, path }: SshEndpoint): string[] {
  const docker = path === undefined ? ['docker'] : ['docker', '--host', quoted(`unix://${path}`)];
  return [
    ...['-T', '-o', `ConnectTimeout=${CONNECT_WITHIN_S}`],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host, ...docker, 'system', 'dial-stdio'],
  ];
}

/** The far machine's shell reads the command. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** It does not keep the process alive: a pending request does. */
function letGo(ssh: Ssh): void {
  ssh.unref();
  for (const stream of [ssh.stdin, ssh.stdout, ssh.stderr]) (stream as unknown as Socket).unref();
}

function lastWords(stream: Readable): () => string {
  let words = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    words = (words + chunk).slice(-LONGEST_WORDS);
  });
  return () => words.trim().replaceAll(/\s*\n\s*/g, '; ');
}

function failureOfSpawn(error: Error): string {
  if (systemCodeOf(error) === 'ENOENT') return 'there is no program "ssh" on this machine';
  return `ssh could not be started: ${error.message}`;
}

function failureOfSsh(status: number | null, words: string): string | undefined {
  if (status === null) return undefined;
  if (words !== '') return `ssh: ${words}`;
  return status === 0 ? undefined : `ssh ended with status ${status}`;
}
