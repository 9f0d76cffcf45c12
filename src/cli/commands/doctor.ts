/** `faaso doctor`: what is wrong with the engine, the server and what lies between, and what fixes it. */
import type { Command } from 'commander';
import type { Finding } from '../doctor/finding.ts';
import { FaasoError } from '../../errors.ts';
import { FAILURE, Reported } from '../exit.ts';
import { connect } from '../connect/connect.ts';
import { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { tableRows } from '../output/table.ts';
import { wrapCommand } from '../output/wrap.ts';
import type { CliSession } from '../session.ts';
import { serverOf } from '../settings.ts';
import {
  withExamples,
  withJson,
  withLocal,
  type LocalOption,
  type OutputOptions,
} from '../options/shared-options.ts';

type DoctorOptions = LocalOption & Pick<OutputOptions, 'json'>;

const STYLES = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

export function addDoctor(program: Command, session: CliSession): void {
  const command = program
    .command('doctor')
    .summary('look for what is wrong, and say what fixes it')
    .description(
      "Looks at this machine's engine, its disk and network, the proxy, the server, the token, versions, and funkos that take no " +
        'traffic. It prints a line for each check, and the fix below each problem. The exit status is 1 if something is broken; ' +
        'warnings are not.',
    )
    .action((options: DoctorOptions) => doctor(options, session));
  withJson(withLocal(command), 'print the findings as one JSON array');
  withExamples(
    command,
    'faaso doctor',
    'faaso doctor --local',
    'FAASO_SERVER=http://my-server:8888 faaso doctor',
  );
}

async function doctor({ json, local = false }: DoctorOptions, session: CliSession): Promise<void> {
  const output = new Output(session);
  output.busy('looking around');
  const findings = await allFindings(local, session).finally(() => output.idle());
  if (json === true) output.json(findings, 2);
  else for (const line of linesOf(findings, output)) output.result(line);
  const failed = findings.filter(({ state }) => state === 'failed').length;
  if (failed > 0) throw new Reported(FAILURE);
}

async function allFindings(local: boolean, session: CliSession): Promise<Finding[]> {
  const [{ checkEngine }, { checkServer }] = await Promise.all([
    import('../doctor/engine-checks.ts'),
    import('../doctor/server-checks.ts'),
  ]);
  const server = serverOf(session.environment);
  const checks = [
    checkEngine(server, session, local),
    local ? checkLocal(session) : checkServer(server, session),
  ];
  return (await Promise.all(checks)).flat();
}

/** Of an engine that can't be asked the engine's own check tells. */
async function checkLocal(session: CliSession): Promise<Finding[]> {
  const { checkFunkos } = await import('../doctor/funko-checks.ts');
  const { funkos } = await connect(session, { local: true });
  return checkFunkos(funkos, session.signal).catch((error: unknown) => {
    session.signal.throwIfAborted();
    if (error instanceof FaasoError) return [];
    throw error;
  });
}

function linesOf(findings: readonly Finding[], output: Output): string[] {
  const rows = findings.map(({ state, check, message }) => [
    { text: state, paint: (text: string) => output.resultStyle(STYLES[state], text) },
    { text: check },
    { text: printable(message) },
  ]);
  const lines = tableRows(rows, output.width);
  return findings.flatMap(({ fix }, index) => [
    ...(lines[index] ?? []),
    ...(fix === null ? [] : wrapCommand(`  fix: ${printable(fix)}`, output.width)),
  ]);
}
