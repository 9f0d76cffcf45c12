/** As much of an engine as `faaso doctor` and `faaso status -l` ask for, on a socket of its own. */
import { socketServer, type SocketServer } from '../docker/socket-server.ts';

/** What the engine says; what is left out is as it should be. */
export interface EngineState {
  readonly api?: string;
  readonly networks?: readonly string[];
  /** As the engine says it: `N/A` where it finds none. */
  readonly initCommit?: string;
  readonly proxy?: {
    name?: string;
    port?: number;
    running?: boolean;
    restarts?: number;
    network?: string;
    /** Others make it a funko's instance. */
    labels?: Readonly<Record<string, string>>;
  } | null;
}

/** An engine that has a proxy at this port of the host. */
export async function engineWith(
  port: number,
  { api = '1.45', networks = ['faaso-net'], initCommit = 'de40ad0', proxy = {} }: EngineState = {},
): Promise<SocketServer> {
  const { name = 'faaso-proxy', running = true, restarts = 0, network = 'faaso-net' } = proxy ?? {};
  const Labels = proxy?.labels ?? { 'faaso.proxy': 'true' };
  const endpoint = { [network]: { NetworkID: 'n', IPAddress: '172.18.0.2', GlobalIPv6Address: '' } };
  const row = {
    Id: 'p',
    Names: [`/${name}`],
    Image: 'faaso-proxy',
    ImageID: 'i',
    State: 'running',
    Status: 'Up',
    Labels,
    Created: 0,
    NetworkSettings: { Networks: endpoint },
  };
  const inspect = {
    ...{ Id: 'p', Name: `/${name}`, Created: '', Image: 'i', RestartCount: restarts, HostConfig: {} },
    Config: { Image: 'faaso-proxy', Labels },
    State: { Running: running, Status: running ? 'running' : 'exited', StartedAt: '', ExitCode: 1 },
    NetworkSettings: {
      Networks: endpoint,
      Ports: { '8888/tcp': [{ HostPort: String(proxy?.port ?? port) }] },
    },
  };
  const answers: Readonly<Record<string, unknown>> = {
    '/version': { Version: '26.1.5', ApiVersion: api },
    '/info': { DockerRootDir: '/nowhere-at-all', InitCommit: { ID: initCommit } },
    '/containers/json': proxy === null ? [] : [row],
    '/containers/p/json': inspect,
    '/images/json': [],
    ...Object.fromEntries(networks.map((each) => [`/networks/${each}`, { Id: 'n', Name: each }])),
  };
  return socketServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const answer = answers[path];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { message: `no such thing: ${path}` }));
  });
}
