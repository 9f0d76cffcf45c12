/** Random operations on a simulated engine, as people and their tools would do them, and faults to go with them. */
import type { Dice } from './dice.ts';
import { isAlive, type Model, type SimulatedContainer } from './model.ts';
import type { Faults } from './server.ts';
import { funkoOfName } from '../../../src/funko/naming/container-names.ts';

/** Names of containers that are instances, nearly instances, and neither. */
const NAMES = [
  'faaso-a',
  'faaso-a.1',
  'faaso-a.2',
  'faaso-b',
  'faaso-b.1',
  'faaso-c',
  'x',
  'y',
  'web',
  'faaso-proxy',
];
const ALIASES = ['faaso-a', 'faaso-b', 'faaso-d', 'db'];
const MOST_CONTAINERS = 12;

type Operation = (model: Model, container: SimulatedContainer, dice: Dice, network: string) => void;

const OPERATIONS: readonly Operation[] = [
  (model, container) => {
    model.start(container);
  },
  (model, container) => {
    model.start(container);
  },
  (model, container) => {
    model.stop(container);
  },
  (model, container) => {
    model.stop(container);
    model.start(container);
  },
  (model, container) => {
    model.end(container, 1);
    model.start(container);
  },
  (model, container, dice) => {
    // Signals to others are not followed: a container that ignored one before it became an instance is not known to.
    const ignored = funkoOfName(container.name) !== undefined && dice.chance(0.3);
    model.kill(container, dice.one([1, 3, 9, 15]), ignored);
  },
  (model, container) => {
    model.pause(container);
  },
  (model, container) => {
    model.unpause(container);
  },
  (model, container, dice) => {
    model.rename(container, dice.one(NAMES));
  },
  (model, container, dice, network) => {
    // The engine tells nobody that it connected a container that does not run: its start will.
    if (isAlive(container)) model.connect(container, network, dice.chance(0.7) ? [dice.one(ALIASES)] : []);
  },
  (model, container, dice, network) => {
    model.disconnect(container, network);
  },
  (model, container, dice, network) => {
    model.disconnect(container, network);
    if (isAlive(container)) model.connect(container, network, [dice.one(ALIASES)]);
  },
  (model, container, dice) => {
    model.setHealth(container, dice.chance(0.6) ? 'healthy' : 'unhealthy');
  },
  (model, container) => {
    model.remove(container);
  },
  (model, container) => {
    model.noise(container);
  },
];

/** Does one thing that the dice choose, to any container but those `spared` (IDs). */
export function operate(
  model: Model,
  dice: Dice,
  network: string,
  spared: ReadonlySet<string> = new Set(),
): void {
  const containers = [...model.containers.values()].filter(({ id }) => !spared.has(id));
  const few = containers.length < MOST_CONTAINERS;
  if (containers.length === 0 || (few && dice.chance(0.25))) create(model, dice, network);
  else dice.one(OPERATIONS)(model, dice.one(containers), dice, network);
}

function create(model: Model, dice: Dice, network: string): void {
  const taken = new Set([...model.containers.values()].map((container) => container.name));
  const names = NAMES.filter((name) => !taken.has(name));
  if (names.length === 0) return;
  const container = model.create({
    name: dice.one(names),
    network: dice.chance(0.8) ? network : 'bridge',
    aliases: dice.chance(0.4) ? [dice.one(ALIASES)] : [],
    labels: dice.one([{}, {}, { 'faaso.port': '8080' }, { 'faaso.port': 'x' }, BUILT]),
    stopSignal: dice.one(['SIGTERM', 'SIGTERM', 'SIGQUIT']),
    stopTimeout: 600,
    hasHealthCheck: dice.chance(0.3),
  });
  if (dice.chance(0.8)) model.start(container);
}

const BUILT = { 'faaso.funko': 'a', 'faaso.version': 'v2', 'faaso.health': '/ping' };

/** Everything goes wrong now and then. */
export function randomFaults(dice: Dice): Faults {
  return {
    inspectMs: () => (dice.chance(0.3) ? dice.below(5) : 0),
    inspectFails: () => dice.chance(0.04),
    listMs: () => dice.below(4),
    listFails: () => dice.chance(0.1),
    pings: () => true,
    eventMs: () => (dice.chance(0.3) ? dice.below(5) : 0),
    copies: () => (dice.chance(0.15) ? 2 : 1),
    cutAt: (bytes) => (dice.chance(0.3) ? dice.below(bytes) : bytes),
  };
}
