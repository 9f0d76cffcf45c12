/** Whether a container runs and can be reached on the funkos' network; if not, why, and what mends it. Pure. */
import type { Container } from '../../docker/containers.ts';
import { messageOf } from '../../errors.ts';
import { LABEL, aliasOf, portOf } from '../../funko/naming/naming.ts';
import { inMebibytes } from '../../funko/sizes.ts';
import { rulesOf } from '../../funko/traffic-rules.ts';
import type { InstanceStatus } from '../../api/funko-api.ts';

/** Why a container takes no traffic. */
export interface Hindrance {
  readonly state: Exclude<InstanceStatus['state'], 'ready'>;
  readonly reason: string;
  readonly mend: string | null;
}

/** How a container ended the last time. A list does not tell. */
type Ending = Partial<Pick<Container, 'exitCode' | 'overMemory'>>;

/** What of a container tells whether it is halted. */
type Halting = Pick<Container, 'name' | 'status' | 'labels'> & Ending;

/**
 * What keeps a container from being reached, however ready it may be.
 * @param funko the one it is an instance of, for the command that mends it
 * @returns undefined if nothing does
 */
export function placeOf(container: Container, network: string, funko: string): Hindrance | undefined {
  const attachment = container.networks[network];
  if (!attachment) return offNetwork(container, network, funko);
  if (portOf(container.labels) === undefined) return badPort(container);
  const badRules = badRulesOf(container);
  if (badRules) return badRules;
  const halt = haltOf(container);
  if (halt) return halt;
  if (attachment.address !== null) return undefined;
  // Disconnecting it would lose its other aliases and a fixed address.
  return {
    state: 'misplaced',
    reason: `it has no address on ${network}`,
    mend: `docker restart ${container.name}`,
  };
}

/** What keeps a container from answering wherever it is: it does not run, or is paused. Undefined if it runs. */
export function haltOf(container: Halting): Hindrance | undefined {
  const { name } = container;
  const ended = `it ${endOf(container)}`;
  const start = `docker start ${name}`;
  switch (container.status) {
    case 'running':
      return undefined;
    case 'paused':
      return { state: 'paused', reason: 'it is paused', mend: `docker unpause ${name}` };
    case 'restarting':
      return {
        state: 'stopped',
        reason: `${ended}; Docker starts it again`,
        mend: `docker logs ${name}`,
      };
    case 'created':
      // Whoever started it by hand meanwhile would be in the way of the operation that does so.
      if (LABEL.instance in container.labels)
        return { state: 'starting', reason: 'it was created, and is not started yet', mend: null };
      return { state: 'stopped', reason: 'it was created, but never started', mend: start };
    case 'removing':
      return { state: 'stopped', reason: 'it is being removed', mend: null };
    case 'dead':
      return { state: 'stopped', reason: 'Docker could not remove it', mend: `docker rm -f ${name}` };
    case 'exited':
      return { state: 'stopped', reason: ended, mend: start };
  }
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

function offNetwork(container: Container, network: string, funko: string): Hindrance {
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
      mend: null,
    };
  }
  const leave = others.includes('none') ? `docker network disconnect none ${name} && ` : '';
  return { state: 'misplaced', reason, mend: leave + connectCommand(network, name, funko) };
}

/**
 * What only a new container can change. No command is given for it: one that removes the container and runs its image would lose
 * its command, mounts, environment and all other options, which nobody but who started it knows.
 */
function createAgain(change: string): string {
  return `create it again with ${change}, and otherwise the same options`;
}

function badPort(container: Container): Hindrance {
  const value = container.labels[LABEL.port] ?? '';
  const reason = `its label ${LABEL.port} is "${value}", which is no port from 1 to 65535`;
  return {
    state: 'misplaced',
    reason: `${reason}; ${createAgain(`--label ${LABEL.port}=PORT`)}`,
    mend: null,
  };
}

/** Rules that can't be read might forbid what would be done without them. */
function badRulesOf({ labels }: Container): Hindrance | undefined {
  try {
    rulesOf(labels);
    return undefined;
  } catch (error) {
    const how = createAgain(`such as --label '${LABEL.traffic}={"hosts":["example.com"]}'`);
    return {
      state: 'misplaced',
      reason: `its label ${LABEL.traffic} is wrong: ${messageOf(error)}; ${how}`,
      mend: null,
    };
  }
}

function connectCommand(network: string, name: string, funko: string): string {
  return `docker network connect --alias ${aliasOf(funko)} ${network} ${name}`;
}
