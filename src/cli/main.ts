/** The `faaso` command: gives the process's parts to run() and takes its exit status. */
import { homedir } from 'node:os';
import { run } from './run.ts';
import { abortOnSignals } from './signals.ts';

for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  folder: process.cwd(),
  home: homedir(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: abortOnSignals(),
});

/** `faaso status | head -1`: a reader that has seen enough is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
