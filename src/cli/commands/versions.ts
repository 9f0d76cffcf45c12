/** `faaso versions FUNKO`: what there is to go back to, and what runs. */
import type { Command } from 'commander';
import type { FunkoStatus } from '../../api/funko-api.ts';
import { connect } from '../connect/connect.ts';
import { age } from '../output/durations.ts';
import { Output } from '../output/output.ts';
import { tableLines } from '../output/table.ts';
import type { CliSession } from '../session.ts';
import { nameOf } from '../folders/funko-targets.ts';
import {
  withExamples,
  withJson,
  withLocal,
  withQuiet,
  type LocalOption,
  type OutputOptions,
} from '../options/shared-options.ts';
import { parsePreview } from '../../funko/naming/container-names.ts';

type VersionsOptions = LocalOption & OutputOptions;

const HEAD = ['VERSION', 'BUILT', 'SIZE', 'INSTANCES', 'IMAGE'];
/** Of an image's ID, as `docker images` shows it. */
const ID_LENGTH = 12;

export function addVersions(program: Command, session: CliSession): void {
  const command = program
    .command('versions')
    .summary('show the versions of a funko')
    .description(
      'Shows the versions of a funko that there are, the newest first, and how many instances of each there are: ' +
        '"faaso rollback" goes back to one.',
    )
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .action((word: string, options: VersionsOptions) => versions(word, options, session));
  withQuiet(withJson(withLocal(command), 'print them as one JSON array'));
  withExamples(command, 'faaso versions demo', 'faaso versions demo --json');
}

async function versions(word: string, options: VersionsOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const { funkos } = await connect(session, options);
  const status = await funkos.show(await nameOf(word, session.folder), session.signal);
  if (options.json === true) output.json(withInstances(status), 2);
  else if (status.versions.length === 0) output.note(whyNone(status.name, options));
  else for (const line of linesOf(status, new Date(), output.width)) output.result(line);
}

function whyNone(name: string, { local }: VersionsOptions): string {
  const { funko, version } = parsePreview(name);
  if (version === undefined) return `${name} is unmanaged: it has no versions`;
  return `${name} is a preview of one version; to see all: faaso versions ${local === true ? '-l ' : ''}${funko}`;
}

type VersionRow = FunkoStatus['versions'][number] & { readonly instances: readonly string[] };

function withInstances({ versions: all, instances }: FunkoStatus): VersionRow[] {
  return all.map((one) => {
    const running = instances.filter(({ version }) => version === one.version);
    return { ...one, instances: running.map(({ name }) => name) };
  });
}

function linesOf(status: FunkoStatus, now: Date, width: number): string[] {
  const rows = withInstances(status).map(({ version, createdAt, size, instances, imageId }) => [
    version,
    `${age(createdAt, now)} ago`,
    `${(size / 1e6).toFixed(1)} MB`,
    instances.length === 0 ? '-' : String(instances.length),
    imageId.replace(/^sha256:/, '').slice(0, ID_LENGTH),
  ]);
  return tableLines(
    [HEAD, ...rows].map((row) => row.map((text) => ({ text }))),
    width,
  );
}
