/** Whether a container runs and can be reached on the funkos' network; if not, why, and what fixes it. Pure. */
import type { Container } from '../../docker/containers.ts';
import { messageOf } from '../../errors.ts';
import { inMebibytes } from '../../funko/sizes.ts';
import { rulesOf } from '../../funko/traffic-rules.ts';
import type { InstanceStatus } from '../../api/funko-api.ts';
import { portOf, LABEL } from '../../funko/naming/labels.ts';
import { aliasOf } from '../../funko/naming/container-names.ts';

/** Why a container takes no traffic. */
export interface Obstacle {
  readonly state: Exclude<InstanceStatus['state'], 'ready'>;
  readonly reason: string;
  readonly fix: string | null;
}

/** How a container ended the last time. A list does not tell. */
type Ending = Partial<Pick<Container, 'exitCode' | 'overMemory'>>;

/** What of a container tells whether it is halted. */
type Halting = Pick<Container, 'name' | 'status' | 'labels'> & Ending;

/**
 * What keeps a container from being reached, however ready it may be.
 * @param funko the one it is an instance of, for the command that fixes it
 * @returns undefined if nothing does
 */
export function obstacleOf(container: Container, network: string, funko: string): Obstacle | undefined {
  const attachment = container.networks[network];
  if (!attachment) return offNetwork(container, network, funko);
  if (portOf(container.labels) === undefined) return badPort(container);
  const badRules = badRulesOf(container);
  if (badRules) return badRules;
  const halt = haltedObstacleOf(container);
  if (halt) return halt;
  if (attachment.address !== null) return undefined;
  // Disconnecting it would lose its other aliases and a fixed address.
  return {
    state: 'misplaced',
    reason: `it has no address on ${network}`,
    fix: `docker restart ${container.name}`,
  };
}

/** What keeps a container from answering wherever it is: it does not run, or is paused. Undefined if it runs. */
export function haltedObstacleOf(container: Halting): Obstacle | undefined {
  const { name } = container;
  const ended = `it ${endOf(container)}`;
  const start = `docker start ${name}`;
  switch (container.status) {
    case 'running':
      return undefined;
    case 'paused':
      return { state: 'paused', reason: 'it is paused', fix: `docker unpause ${name}` };
    case 'restarting':
      return {
        state: 'stopped',
        reason: `${ended}; Docker starts it again`,
        fix: `docker logs ${name}`,
      };
    case 'created':
      // A manual start meanwhile would interfere with the operation that starts it.
      if (LABEL.instance in container.labels)
        return { state: 'starting', reason: 'it was created, and is not started yet', fix: null };
      return { state: 'stopped', reason: 'it was created, but never started', fix: start };
    case 'removing':
      return { state: 'stopped', reason: 'it is being removed', fix: null };
    case 'dead':
      return { state: 'stopped', reason: 'Docker could not remove it', fix: `docker rm -f ${name}` };
    case 'exited':
      return { state: 'stopped', reason: ended, fix: start };
  }
}

export const FAILING_CHECK = 'its health check fails';

/** What Docker's health check of a container says against it; undefined if it has none, or the check succeeds. */
export function checkObstacleOf({ name, health }: Pick<Container, 'name' | 'health'>): Obstacle | undefined {
  if (health === 'starting')
    return { state: 'starting', reason: 'its health check has not succeeded yet', fix: null };
  if (health !== 'unhealthy') return undefined;
  const fix = `docker inspect --format '{{json .State.Health.Log}}' ${name}`;
  return { state: 'unhealthy', reason: FAILING_CHECK, fix };
}

/** The key of funko.yml that `endOf` names where it can help. */
export const MEMORY_KEY = 'resources.memory';

/** How it ended, to be read after "it" or "its program". */
export function endOf({ exitCode, overMemory = null }: Ending): string {
  if (overMemory === 0) return 'was killed: the machine had no memory left for it';
  if (overMemory !== null)
    return `was killed: it took more than its memory limit of ${inMebibytes(overMemory)}; raise ${MEMORY_KEY}`;
  return exitCode === undefined ? 'ended' : `ended with exit code ${exitCode}`;
}

function offNetwork(container: Container, network: string, funko: string): Obstacle {
  const { name, networkMode } = container;
  const others = Object.keys(container.networks);
  const reason = `it is not on the network ${network}`;
  // Docker connects no container that shares the host's or another container's network.
  if (networkMode === 'host' || networkMode.startsWith('container:')) {
    const whose = networkMode === 'host' ? "the host's" : "another container's";
    const how = createAgain(`--network ${network} instead of --network ${networkMode}`);
    return {
      state: 'misplaced',
      reason: `${reason}: it shares ${whose}, and can't be connected; ${how}`,
      fix: null,
    };
  }
  const leave = others.includes('none') ? `docker network disconnect none ${name} && ` : '';
  return { state: 'misplaced', reason, fix: leave + connectCommand(network, name, funko) };
}

/**
 * What only a new container can change. No command is given for it: one that removes the container and runs its image would lose
 * its command, mounts, environment and all other options, which nobody but who started it knows.
 */
function createAgain(change: string): string {
  return `create it again with ${change}, and otherwise the same options`;
}

function badPort(container: Container): Obstacle {
  const value = container.labels[LABEL.port] ?? '';
  const reason = `its label ${LABEL.port} is "${value}", which is not a port from 1 to 65535`;
  return {
    state: 'misplaced',
    reason: `${reason}; ${createAgain(`--label ${LABEL.port}=PORT`)}`,
    fix: null,
  };
}

/** Rules that can't be read might forbid what would be done without them. */
function badRulesOf({ labels }: Container): Obstacle | undefined {
  try {
    rulesOf(labels);
    return undefined;
  } catch (error) {
    const how = createAgain(`such as --label '${LABEL.traffic}={"hosts":["example.com"]}'`);
    return {
      state: 'misplaced',
      reason: `its label ${LABEL.traffic} is wrong: ${messageOf(error)}; ${how}`,
      fix: null,
    };
  }
}

function connectCommand(network: string, name: string, funko: string): string {
  return `docker network connect --alias ${aliasOf(funko)} ${network} ${name}`;
}
