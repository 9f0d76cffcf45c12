/**
 * A new volume belongs to the user that the program runs as: Docker makes it root's, and without capabilities nobody else
 * could write there. The files of a volume that was there before are left alone.
 *
 * A new volume is made through a container of the image that is never started: Docker copies what the image has at that
 * place, then the volume's top folder gets its owner by a tar. The container goes when that is done; if one is found, somebody
 * was interrupted, and the work is done again. It can have one name only, so two that work at once share it.
 */
import { posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Volume } from '../funko/container-rules.ts';
import { inspectContainer } from './containers.ts';
import type { InstanceSpec } from './create-options.ts';
import { statusOf, unlessMissing, type Engine } from './engine/engine.ts';
import { folderHead, type FolderHead } from './folder-head.ts';
import { removeContainer } from './instance-calls.ts';
import { putArchive } from './put-archive.ts';
import { programUser, type ProgramUser } from './user.ts';
import { hasVolume } from './volumes.ts';
import { volumeMakerName } from '../funko/naming/container-names.ts';

/** Where its maker has the volume beside the place that funko.yml names, which can be a link in the image. */
const FOLDER = '/faaso-volume';
const ATTEMPTS = 100;
const LOOK_EVERY_MS = 50;
/** Users whose programs may write anywhere, with this capability. */
const ROOT = 0;
const WRITE_ANYWHERE = 'DAC_OVERRIDE';

type Spec = Pick<InstanceSpec, 'image' | 'rules'>;

/** A volume that the program can't write to, since it belongs to somebody else. */
export interface VolumeMismatch {
  readonly volume: string;
  readonly target: string;
  /** The owner of its top folder. */
  readonly owner: number;
  readonly user: ProgramUser;
  /** Whether the image has a program `chown`. */
  readonly hasChown: boolean;
}

/**
 * Makes the volumes that are missing, before a container of this specification is created, and finishes those whose making
 * was interrupted. Throws `engine_*`.
 */
export async function makeVolumes(engine: Engine, spec: Spec): Promise<void> {
  for (const volume of writable(spec)) {
    const isThere = await hasVolume(engine, volume.name);
    if (isThere && !(await inspectContainer(engine, volumeMakerName(volume.name)))) continue;
    await makeVolume(engine, spec, volume);
  }
}

/**
 * The volumes of a container, created by this specification, that its program can't write to. One that is empty and root's is
 * given to the program's user first. Throws `engine_*`.
 */
export async function volumeMismatches(engine: Engine, id: string, spec: Spec): Promise<VolumeMismatch[]> {
  const volumes = writable(spec);
  const user = volumes.length === 0 ? undefined : await programUser(engine, id);
  if (!user) return [];
  const found = await Promise.all(
    volumes.map(async (volume): Promise<VolumeMismatch | undefined> => {
      const top = await folderHead(engine, id, `${volume.target}/.`);
      if (!top || mayWrite(top, user, spec)) return undefined;
      if (top.isEmpty && top.uid === ROOT) {
        await makeVolume(engine, spec, volume);
        return undefined;
      }
      const { name, target } = volume;
      return {
        volume: name,
        target,
        owner: top.uid,
        user,
        hasChown: await hasChown(engine, id),
      };
    }),
  );
  return found.filter((misfit) => misfit !== undefined);
}

function writable({ rules }: Spec): Volume[] {
  return (rules?.volumes ?? []).filter(({ readonly }) => !readonly);
}

async function makeVolume(engine: Engine, spec: Spec, volume: Volume): Promise<void> {
  const id = await makerOf(engine, spec, volume);
  const [user, top] = await Promise.all([programUser(engine, id), folderHead(engine, id, FOLDER)]);
  if (user && top && !mayWrite(top, user, spec)) await give(engine, id, top, user);
  await removeContainer(engine, id);
}

/** Gives the container through which the volume is made. */
async function makerOf(engine: Engine, spec: Spec, volume: Volume): Promise<string> {
  const name = volumeMakerName(volume.name);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const made = await engine.call(`making volume ${volume.name}`, async (docker, abortSignal) =>
        docker.createContainer({ ...makerOptions(spec, volume), name, abortSignal }),
      );
      return made.id;
    } catch (error) {
      if (statusOf(error) !== 409 || attempt === ATTEMPTS) throw error;
    }
    const other = await inspectContainer(engine, name);
    if (other) return other.id;
    await pause(LOOK_EVERY_MS);
  }
}

function makerOptions({ image, rules }: Spec, { name, target, labels }: Volume): object {
  const driver = { Labels: { ...labels }, DriverConfig: { Name: 'local', Options: {} } };
  const mount = { Type: 'volume', Source: name, ReadOnly: false };
  return {
    Image: image,
    Labels: { ...labels },
    // It is never started, but the engine wants to know what it would run.
    Entrypoint: ['/'],
    ...(rules?.user === undefined || rules.user === null ? {} : { User: rules.user }),
    HostConfig: {
      NetworkMode: 'none',
      Mounts: [
        { ...mount, Target: target, VolumeOptions: { NoCopy: false, ...driver } },
        { ...mount, Target: FOLDER, VolumeOptions: { NoCopy: true, ...driver } },
      ],
    },
  };
}

/** Changes the owner of the volume's top folder and nothing else. */
async function give(engine: Engine, id: string, head: FolderHead, { uid, gid }: ProgramUser): Promise<void> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const { mode, mtime } = head;
  tar.entry({ name: `${posix.basename(FOLDER)}/`, type: 'directory', mode, mtime, uid, gid });
  tar.finalize();
  // A concurrent start may have done it, and removed the container.
  await unlessMissing(putArchive(engine, id, posix.dirname(FOLDER), tar));
}

function mayWrite({ uid, gid, mode }: FolderHead, user: ProgramUser, { rules }: Spec): boolean {
  if (user.uid === ROOT && rules?.capabilities.includes(WRITE_ANYWHERE) === true) return true;
  if (user.uid === uid) return true;
  const isInGroup = [user.gid, ...user.groups].some((group) => group === gid);
  return (mode & (isInGroup ? 0o020 : 0o002)) !== 0;
}

async function hasChown(engine: Engine, id: string): Promise<boolean> {
  const found = await Promise.all(
    ['/bin/chown', '/usr/bin/chown'].map(async (path) => folderHead(engine, id, path)),
  );
  return found.some((top) => top !== undefined);
}
