/**
 * A worker that was broken into, for hostile-workers.test.ts. The first process that takes the file named by
 * `adminSocket` after its `@` does what stands before that; all others are workers as they should be.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { runWorker, type WorkerSettings } from '../../../src/proxy/worker/session.ts';

const CHANNEL_FD = 3;
const settings = JSON.parse(process.argv[2] ?? 'null') as WorkerSettings;
const [misdeed = '', flag = ''] = settings.adminSocket.split('@');

/** Writes without end, and reads nothing. */
function flood(line: (count: number) => string): void {
  for (let count = 0; ;) {
    let lines = '';
    for (let left = 100; left > 0; left -= 1) lines += `${line((count += 1))}\n`;
    write(lines);
  }
}

function write(text: string): void {
  for (let bytes = Buffer.from(text, 'latin1'); bytes.length > 0;) {
    try {
      bytes = bytes.subarray(writeSync(CHANNEL_FD, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit();
    }
  }
}

const MISDEEDS: Record<string, () => void> = {
  'floods with questions and reads no answer': () => {
    flood((ticket) => JSON.stringify({ type: 'enter', funko: `f${ticket}`, ticket, requests: 0, queue: 0 }));
  },
  'says that it can’t listen, again and again': () => {
    flood(() => '{"type":"cannot_listen","code":"EADDRINUSE"}');
  },
  'sends a type that nobody knows, again and again': () => {
    flood(() => '{"type":"build"}');
  },
};

try {
  closeSync(openSync(flag, 'wx'));
  MISDEEDS[misdeed]?.();
} catch {
  runWorker({ ...settings, adminSocket: '/nonexistent' });
}
