/**
 * Answers of the size of a real engine's: what Docker 26.1 says of a small container beside what routing reads, about
 * 7 KB for an inspect and 0.8 KB for a row of the list. The names and numbers in it mean nothing.
 */
import type { SimulatedContainer } from './model.ts';
import { inspectShape, rowShape } from './shapes.ts';

/** As shapes.ts gives it, with everything else that a real inspect holds. */
export function bigInspectShape(container: SimulatedContainer): object {
  const shape = inspectShape(container) as Record<string, object>;
  const folder = `/var/lib/docker/containers/${container.id}`;
  return {
    ...shape,
    Path: 'node',
    Args: ['server.js'],
    State: { ...shape['State'], ...STATE },
    ResolvConfPath: `${folder}/resolv.conf`,
    HostnamePath: `${folder}/hostname`,
    HostsPath: `${folder}/hosts`,
    LogPath: `${folder}/${container.id}-json.log`,
    Driver: 'overlay2',
    Platform: 'linux',
    ExecIDs: null,
    HostConfig: HOST_CONFIG,
    GraphDriver: GRAPH_DRIVER,
    Mounts: [],
    Config: { ...CONFIG, Hostname: container.id.slice(0, 12), ...shape['Config'] },
    NetworkSettings: { ...NETWORK_SETTINGS, ...detailed(shape['NetworkSettings']) },
  };
}

/** As shapes.ts gives it, with everything else that a real row holds. */
export function bigRowShape(container: SimulatedContainer): object {
  const shape = rowShape(container) as Record<string, object>;
  return {
    ...shape,
    Command: 'docker-entrypoint.sh node server.js',
    Ports: [],
    HostConfig: { NetworkMode: 'faaso-net' },
    NetworkSettings: detailed(shape['NetworkSettings']),
    Mounts: [],
  };
}

function detailed(settings: object | undefined): object {
  const { Networks = {} } = settings as { Networks?: Record<string, object> };
  const networks = Object.entries(Networks).map(([name, network]) => [name, { ...ENDPOINT, ...network }]);
  return { ...settings, Networks: Object.fromEntries(networks) as object };
}

const ID = '0123456789abcdef'.repeat(4);
const layers = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `/var/lib/docker/overlay2/${ID.slice(index)}${ID.slice(0, index)}/diff`,
  ).join(':');

const STATE = {
  Restarting: false,
  OOMKilled: false,
  Dead: false,
  Pid: 17549,
  Error: '',
  FinishedAt: '0001-01-01T00:00:00Z',
};

const ENDPOINT = {
  IPAMConfig: {},
  Links: null,
  MacAddress: '02:42:ac:1a:00:02',
  EndpointID: ID,
  Gateway: '172.26.0.1',
  IPPrefixLen: 16,
  IPv6Gateway: '',
  GlobalIPv6PrefixLen: 0,
  DriverOpts: null,
  DNSNames: ['faaso-hello', ID.slice(0, 12)],
};

const NETWORK_SETTINGS = {
  Bridge: '',
  SandboxID: ID,
  SandboxKey: `/var/run/docker/netns/${ID.slice(0, 12)}`,
  HairpinMode: false,
  LinkLocalIPv6Address: '',
  LinkLocalIPv6PrefixLen: 0,
  SecondaryIPAddresses: null,
  SecondaryIPv6Addresses: null,
  EndpointID: '',
  Gateway: '',
  IPAddress: '',
  IPPrefixLen: 0,
  IPv6Gateway: '',
  MacAddress: '',
};

const CONFIG = {
  Domainname: '',
  User: '',
  AttachStdin: false,
  AttachStdout: true,
  AttachStderr: true,
  ExposedPorts: { '3000/tcp': {} },
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Env: Array.from({ length: 24 }, (_, index) => `SOME_SETTING_${index}=a value of a usual length`),
  Cmd: ['node', 'server.js'],
  Volumes: null,
  WorkingDir: '/app',
  Entrypoint: ['docker-entrypoint.sh'],
  OnBuild: null,
};

const GRAPH_DRIVER = {
  Name: 'overlay2',
  Data: {
    LowerDir: layers(26),
    MergedDir: `/var/lib/docker/overlay2/${ID}/merged`,
    UpperDir: `/var/lib/docker/overlay2/${ID}/diff`,
    WorkDir: `/var/lib/docker/overlay2/${ID}/work`,
  },
};

const BLOCKED = ['asound', 'acpi', 'kcore', 'keys', 'latency_stats', 'timer_list', 'timer_stats', 'scsi'];
const NULLS = ['Binds', 'VolumesFrom', 'CapAdd', 'Dns', 'DnsOptions', 'DnsSearch', 'GroupAdd', 'Links'];
const ZEROS = ['CpuShares', 'Memory', 'NanoCpus', 'BlkioWeight', 'CpuPeriod', 'CpuQuota', 'MemorySwap'];

const HOST_CONFIG = {
  ContainerIDFile: '',
  LogConfig: { Type: 'json-file', Config: { 'max-file': '3', 'max-size': '10m' } },
  NetworkMode: 'faaso-net',
  PortBindings: {},
  RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
  AutoRemove: false,
  ...Object.fromEntries(NULLS.map((name) => [name, null])),
  ...Object.fromEntries(ZEROS.map((name) => [name, 0])),
  ConsoleSize: [0, 0],
  CapDrop: ['ALL'],
  CgroupnsMode: 'host',
  IpcMode: 'private',
  SecurityOpt: ['no-new-privileges:true'],
  ShmSize: 67108864,
  Runtime: 'runc',
  Isolation: '',
  BlkioDeviceReadBps: null,
  BlkioDeviceWriteBps: null,
  BlkioDeviceReadIOps: null,
  BlkioDeviceWriteIOps: null,
  CpusetCpus: '',
  DeviceCgroupRules: null,
  PidsLimit: 512,
  IOMaximumBandwidth: 0,
  MaskedPaths: BLOCKED.map((name) => `/proc/${name}`),
  ReadonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
};
