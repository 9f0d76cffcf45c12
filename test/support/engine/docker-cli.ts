/** The docker command, as a person would use it: tests look at the engine from outside, not through our own code. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ONE_COMMAND_MS = 60_000;

/** Runs `docker WORDS…`. Gives stdout and stderr as one text without blanks at the ends; throws with both if it fails. */
export async function docker(...words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await execute('docker', words, { maxBuffer: 1 << 26, timeout: ONE_COMMAND_MS });
  return (words[0] === 'logs' ? stdout + stderr : stdout).trim();
}

/** As `docker`, for removing what may be gone: only that is no error. */
export async function dockerQuietly(...words: readonly string[]): Promise<void> {
  await docker(...words).catch((error: unknown) => {
    if (!/no such|not found|is already in progress/i.test(String(error))) throw error;
  });
}
