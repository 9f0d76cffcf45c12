/** What `faaso dev` makes on the engine, and removes again: an image without a tag, containers, volumes. */
import { randomUUID } from 'node:crypto';
import type { BuildContext } from '../builder/context.ts';
import { withoutManifest } from '../builder/tar/without-manifest.ts';
import { buildImage } from '../docker/buildkit/build-image.ts';
import type { BuildSecrets } from '../docker/buildkit/build-request.ts';
import { listContainers } from '../docker/containers.ts';
import type { Engine } from '../docker/engine/engine.ts';
import { imageCommand, inspectImage, listImages, removeImage } from '../docker/images.ts';
import { createContainer, removeContainer } from '../docker/instance-calls.ts';
import { inspectNetwork } from '../docker/networks.ts';
import { makeVolumes } from '../docker/volume-owner.ts';
import { hasVolume, listVolumes, removeVolume } from '../docker/volumes.ts';
import { containerRules, type ContainerRules } from '../funko/container-rules.ts';
import { listening } from '../funko/listening.ts';
import type { Manifest } from '../funko/manifest/manifest.ts';
import { secretsVolume } from '../funko/naming/secret-names.ts';
import type { BuildingEvent } from '../api/funko-api.ts';
import { LocalHost } from '../lifecycle/local/local-host.ts';
import { supervised } from './supervisor.ts';
import { LABEL } from '../funko/naming/labels.ts';
import { aliasOf, devVolumeName, devInstanceName } from '../funko/naming/container-names.ts';

/** Where a container is connected if there is no network of funkos yet: `faaso dev` makes none. */
const USUAL_NETWORK = 'bridge';

export interface DevSiteOptions {
  readonly engine: Engine;
  /** The name of the funkos' network: from there it reaches other funkos by their names. */
  readonly network: string;
  /** What steps of the build may read, by ID. */
  readonly secrets?: BuildSecrets | undefined;
  /** More labels of all that is made. */
  readonly labels?: Readonly<Record<string, string>>;
}

export class DevSite {
  readonly #options: DevSiteOptions;
  readonly #funko: string;
  readonly #session = randomUUID();
  #count = 0;

  constructor(funko: string, options: DevSiteOptions) {
    this.#funko = funko;
    this.#options = options;
  }

  /** Removes what other sessions of this funko have left, or still run: this one takes over. Throws `engine_*`. */
  async takeOver(): Promise<void> {
    await this.#sweep(`${LABEL.dev}=${this.#funko}`);
  }

  /** Removes all that this session has made. Throws `engine_*`. */
  async sweep(): Promise<void> {
    await this.#sweep(`${LABEL.devSession}=${this.#session}`);
  }

  async #sweep(label: string): Promise<void> {
    const { engine } = this.#options;
    const containers = await listContainers(engine, { label });
    await Promise.all(containers.map(async ({ id }) => removeContainer(engine, id)));
    const [images, volumes] = await Promise.all([listImages(engine, { label }), listVolumes(engine, label)]);
    await Promise.all([
      ...images.map(async ({ id }) => removeImage(engine, id)),
      ...volumes.map(async (name) => removeVolume(engine, name)),
    ]);
  }

  /** Builds an image; it has no tag, so it is never a version. Gives its ID. Throws as `buildImage` does. */
  async build(
    { tar, dockerfile, manifest }: BuildContext,
    onEvent: (event: BuildingEvent) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const { engine, secrets } = this.#options;
    return buildImage(engine, {
      context: withoutManifest(tar),
      tags: [],
      labels: this.#labels(),
      dockerfile,
      cacheNamespace: aliasOf(manifest.name),
      secrets,
      onEvent,
      signal,
    });
  }

  /**
   * Makes a container of an image; it does not run yet. It has what funko.yml says, but no name and no alias by which a
   * proxy would take it for an instance of the funko, volumes of its own, and nobody who restarts it.
   * Throws `not_ready`, `engine_*`.
   */
  async create(
    image: string,
    { manifest, dev }: BuildContext,
    signal: AbortSignal,
  ): Promise<{ id: string; name: string }> {
    const { engine, network } = this.#options;
    const [about, command, found, hasSecrets] = await Promise.all([
      inspectImage(engine, image, signal),
      imageCommand(engine, image, signal),
      inspectNetwork(engine, network, signal),
      hasVolume(engine, secretsVolume(this.#funko), signal),
    ]);
    const port = listening(manifest, about?.labels ?? {});
    this.#count += 1;
    const name = devInstanceName(this.#funko, this.#count);
    const spec = {
      name,
      image,
      labels: { ...port.labels, ...this.#labels() },
      env: port.env,
      rules: this.#rules(manifest, hasSecrets),
      network: found ? network : USUAL_NETWORK,
      aliases: [],
      ...(dev?.reload === 'process' ? { command: supervised(command) } : {}),
      ...new LocalHost(engine, network).extras(port.labels),
    };
    await makeVolumes(engine, spec);
    const id = await createContainer(engine, spec);
    return { id, name };
  }

  async removeImage(id: string): Promise<void> {
    await removeImage(this.#options.engine, id);
  }

  #labels(): Record<string, string> {
    const own = { [LABEL.dev]: this.#funko, [LABEL.devSession]: this.#session };
    return { ...this.#options.labels, ...own };
  }

  /** Secrets are those that are set on this engine; where there are none, a container must not make their volume. */
  #rules(manifest: Manifest, hasSecrets: boolean): ContainerRules {
    const rules = containerRules(this.#funko, manifest);
    const volumes = Object.entries(manifest.volumes ?? {}).map(([name, target]) => ({
      name: devVolumeName(this.#funko, name),
      target,
      labels: this.#labels(),
      readonly: false,
    }));
    const secrets = rules.volumes.filter(({ readonly }) => readonly && hasSecrets);
    return { ...rules, volumes: [...volumes, ...secrets], restart: 'no' };
  }
}
