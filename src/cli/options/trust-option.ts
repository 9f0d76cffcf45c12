/** `--trust-runtime`: what every command takes that may run the code of a runtime. */
import type { Command } from 'commander';

export interface TrustFlags {
  readonly trustRuntime?: boolean;
}

export function withTrust(command: Command): Command {
  return command.option(
    '--trust-runtime',
    'run the code of a runtime that is named by a path, without asking',
  );
}
