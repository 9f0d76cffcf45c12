/** `faaso dev FOLDER`: a funko that follows its folder, on this machine's engine. */
import { InvalidArgumentError, type Command } from 'commander';
import { relative, resolve } from 'node:path';
import type { DevEvent } from '../../dev/dev-events.ts';
import { Interrupted, Reported } from '../exit.ts';
import { foldersOf } from '../folders/offer-manifest.ts';
import { BuildLines } from '../output/build-lines.ts';
import { DevLines } from '../output/dev-lines.ts';
import { Output } from '../output/output.ts';
import { runtimesFolder } from '../folders/runtimes-folder.ts';
import type { CliSession } from '../session.ts';
import { localBuildCgroup, networkOf } from '../settings.ts';
import { readSecrets, withBuildSecrets, type SecretSource } from '../options/build-secrets.ts';
import { trustOf } from '../folders/trusted-runtimes.ts';
import { withTrust, type TrustFlags } from '../options/trust-option.ts';
import { withExamples, withYes } from '../options/shared-options.ts';

interface DevFlags extends TrustFlags {
  readonly port?: number;
  readonly verbose?: boolean;
  readonly yes?: boolean;
  readonly secret?: readonly SecretSource[];
}

export function addDev(program: Command, session: CliSession): void {
  const command = program
    .command('dev')
    .summary('run a funko here, and follow its folder')
    .description(
      "Builds a funko and runs it on this machine's Docker Engine. What is saved in its folder is live a moment later: in the " +
        'container that runs where the runtime can take it, else by a build. What the funko writes goes to stdout. On Ctrl-C ' +
        'all of it goes away.',
    )
    .argument('[folder]', 'a folder with a funko.yml, or with code', '.')
    .option(
      '-p, --port <port>',
      'the port of 127.0.0.1 (default: the first that is free from 3000 on)',
      portArgument,
    )
    .option('-v, --verbose', 'print the whole log of builds, not only that of a failing step')
    .action((folder: string, options: DevFlags) => dev(folder, options, session));
  withTrust(withYes(withBuildSecrets(command, session)));
  withExamples(command, 'faaso dev demo', 'faaso dev -p 3000', 'curl http://127.0.0.1:3000/');
}

async function dev(given: string, options: DevFlags, session: CliSession): Promise<void> {
  const { port, verbose = false } = options;
  const output = new Output(session);
  const [folder = given] = await foldersOf([given], { command: 'dev', yes: options.yes }, session, output);
  const secrets = await readSecrets(options.secret, session);
  const [{ nearEngine }, { runDev }] = await Promise.all([
    import('../connect/local-engine.ts'),
    import('../../dev/dev-session.ts'),
  ]);
  const lines = new DevLines(output, new BuildLines(output, { verbose }));
  try {
    await runDev(
      {
        engine: await nearEngine('faaso dev', session, {
          buildCgroup: localBuildCgroup(session.environment),
        }),
        network: networkOf(session.environment),
        folder: relative(session.folder, resolve(session.folder, folder)) || '.',
        runtimesFolder: runtimesFolder(),
        trust: trustOf(options, session),
        port,
        ...secrets,
        onStart: (started) => lines.start(started),
        onEvent: (event: DevEvent) => lines.event(event),
      },
      session.signal,
    );
  } catch (error) {
    const { reason } = session.signal as { reason: unknown };
    if (!(reason instanceof Interrupted)) throw error;
    output.idle();
    output.note('Stopped; its container and its image are gone.');
    throw new Reported(reason.status);
  } finally {
    output.idle();
  }
}

function portArgument(text: string): number {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : NaN;
  if (port <= 65535) return port;
  throw new InvalidArgumentError('It must be a port from 1 to 65535.');
}
