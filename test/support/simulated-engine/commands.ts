/** The calls of the engine's API that change something, and those that ask for more than routing does. */
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { imageRow, imageShape, type SimulatedImages } from './images.ts';
import { isAlive, type Model, type SimulatedContainer } from './model.ts';

/** What a program of a version does when it is started. */
export type Program = 'serves' | 'ends' | 'hangs' | 'succeeds';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface Call {
  readonly method: string;
  /** Without the version of the API. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
}

/** The label of an image that says what its program does; `serves` if it has none. */
export const PROGRAM = 'test.program';

const DONE: Answer = { status: 204 };
const AS_IT_IS: Answer = { status: 304 };

/** As much of a creation's body as matters here. */
interface CreateBody {
  readonly Image: string;
  readonly Labels?: Record<string, string>;
  readonly HostConfig?: { readonly RestartPolicy?: { readonly Name: string } };
  readonly NetworkingConfig?: {
    readonly EndpointsConfig?: Readonly<Record<string, { Aliases?: string[] | null }>>;
  };
}

export class Commands {
  readonly #model: Model;
  readonly #images: SimulatedImages;

  constructor(model: Model, images: SimulatedImages) {
    this.#model = model;
    this.#images = images;
  }

  /** Does what is asked for; undefined if it is a call that this engine does not know. */
  async answer(call: Call): Promise<Answer | undefined> {
    const { method, path } = call;
    const [, kind, name = '', action = ''] = /^\/([^/]+)(?:\/(.+?))?(?:\/([a-z]+))?$/.exec(path) ?? [];
    const what = `${method} ${kind}${action === '' ? '' : `/${action}`}`;
    if (kind === 'images') return this.#image(what, decodeURIComponent(name), call);
    if (kind === 'containers' && path.endsWith('/create')) return this.#create(call);
    if (kind === 'containers') return this.#container(what, name);
    return OTHERS[`${method} ${path}`];
  }

  async #create({ query, request }: Call): Promise<Answer> {
    const name = query.get('name') ?? '';
    const body = (await json(request)) as CreateBody;
    const image = this.#images.find(body.Image);
    if (!image) return refusal(404, `No such image: ${body.Image}`);
    if (this.#find(name)) return refusal(409, `The container name "/${name}" is already in use`);
    const [joined] = Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {});
    // What is never to be started again does something and ends.
    const isTask = body.HostConfig?.RestartPolicy?.Name === 'no';
    const [network, endpoint] = joined ?? ['bridge', undefined];
    const container = this.#model.create({
      name,
      network,
      aliases: endpoint?.Aliases ?? [],
      labels: { ...image.labels, ...body.Labels, ...(isTask ? { [PROGRAM]: 'succeeds' } : {}) },
      image: { name: body.Image, id: image.id },
    });
    return { status: 201, body: { Id: container.id, Warnings: [] } };
  }

  #container(what: string, name: string): Answer | undefined {
    const container = this.#find(name);
    if (!container) return refusal(404, `No such container: ${name}`);
    switch (what) {
      case 'POST containers/start':
        if (isAlive(container)) return AS_IT_IS;
        this.#start(container);
        return DONE;
      case 'POST containers/stop':
        if (!isAlive(container)) return AS_IT_IS;
        this.#model.stop(container);
        return DONE;
      case 'POST containers/restart':
        this.#model.stop(container);
        this.#start(container);
        return DONE;
      case 'POST containers/wait':
        return { status: 200, body: { StatusCode: container.exitCode } };
      case 'DELETE containers':
        this.#model.remove(container);
        return DONE;
      case 'GET containers/top':
        return { status: 200, body: { Titles: ['PID', 'COMMAND'], Processes: [['1', 'program']] } };
      case 'GET containers/logs':
        return { status: 200 };
      default:
        return undefined;
    }
  }

  #start(container: SimulatedContainer): void {
    this.#model.start(container);
    if (container.labels[PROGRAM] === 'ends') this.#model.end(container, 3);
    if (container.labels[PROGRAM] === 'succeeds') this.#model.end(container, 0);
  }

  #image(what: string, name: string, { query }: Call): Answer | undefined {
    // `GET /images/json` has no name, so that its last word is taken for one.
    if (what === 'GET images') return { status: 200, body: this.#listImages(query) };
    const image = this.#images.find(name);
    if (!image) return refusal(404, `No such image: ${name}`);
    switch (what) {
      case 'GET images/json':
        return { status: 200, body: imageShape(image) };
      case 'POST images/tag':
        this.#images.tag(image, `${query.get('repo') ?? ''}:${query.get('tag') ?? ''}`);
        return { status: 201 };
      case 'DELETE images': {
        const status = this.#images.remove(name, (id) => this.#isUsed(id));
        return status === 200 ? { status, body: [] } : refusal(status, `conflict: ${name} is in use`);
      }
      default:
        return undefined;
    }
  }

  #listImages(query: URLSearchParams): object[] {
    const wanted = labelsOf(query);
    return this.#images
      .all()
      .filter(({ labels }) => hasAll(labels, wanted))
      .map(imageRow);
  }

  #isUsed(imageId: string): boolean {
    return [...this.#model.containers.values()].some((container) => container.image.id === imageId);
  }

  #find(idOrName: string): SimulatedContainer | undefined {
    const all = [...this.#model.containers.values()];
    return all.find(({ id, name }) => id === idOrName || name === idOrName);
  }
}

const OTHERS: Readonly<Record<string, Answer>> = {
  'GET /info': { status: 200, body: { InitCommit: { ID: 'de40ad0' } } },
  'GET /volumes': { status: 200, body: { Volumes: [] } },
};

/** The labels that a list is to be of: `key` or `key=value`. */
export function labelsOf(query: URLSearchParams): string[] {
  const { label = [] } = JSON.parse(query.get('filters') ?? '{}') as { label?: string[] };
  return label;
}

export function hasAll(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((each) => {
    const [key = '', value] = each.split('=', 2);
    return value === undefined ? key in labels : labels[key] === value;
  });
}

function refusal(status: number, message: string): Answer {
  return { status, body: { message } };
}
