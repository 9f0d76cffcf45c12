/**
 * Random operations on a great many containers. Most of them cause a single event, so that an event that is lost is
 * made good by no other.
 */
import type { Dice } from './dice.ts';
import { isAlive, type Model, type SimulatedContainer } from './model.ts';
import { funkoOfName } from '../../../src/funko/naming/container-names.ts';

type Operation = (model: Model, container: SimulatedContainer, dice: Dice, network: string) => void;

const pauseOrUnpause: Operation = (model, container) => {
  if (container.status === 'running') model.pause(container);
  else model.unpause(container);
};

const rename: Operation = (model, container, dice) => {
  model.rename(container, nameOf(dice));
};

const changeHealth: Operation = (model, container) => {
  model.setHealth(container, container.health === 'healthy' ? 'unhealthy' : 'healthy');
};

const connect: Operation = (model, container, dice, network) => {
  // The engine tells nobody that it connected a container that does not run: its start will.
  if (isAlive(container)) model.connect(container, network, [nameOf(dice)]);
};

const changeAlias: Operation = (model, container, dice, network) => {
  model.disconnect(container, network);
  connect(model, container, dice, network);
};

const disconnect: Operation = (model, container, _dice, network) => {
  model.disconnect(container, network);
};

const kill: Operation = (model, container, dice) => {
  const ignored = funkoOfName(container.name) !== undefined && dice.chance(0.5);
  model.kill(container, dice.one([1, 9, 15]), ignored);
};

const start: Operation = (model, container) => {
  model.start(container);
};

const restart: Operation = (model, container) => {
  model.stop(container);
  model.start(container);
};

const replace: Operation = (model, container, _dice, network) => {
  model.remove(container);
  model.start(model.create({ ...settings, name: container.name, network }));
};

/** Those that occur more often stand here more often. */
const OPERATIONS: readonly Operation[] = [
  ...[pauseOrUnpause, pauseOrUnpause, pauseOrUnpause, rename, rename, rename, changeHealth, changeHealth],
  ...[connect, connect, start, start, changeAlias, disconnect, kill, restart, replace],
];

/** A stop signal that a container outlives is believed for longer than any test takes. */
const settings = { stopTimeout: 600, hasHealthCheck: true };

/** Runs so many containers, `faaso-f0`, `faaso-f1`, …; every other one has a health check. */
export function populate(model: Model, count: number, network: string): void {
  for (let index = 0; index < count; index += 1) {
    const hasHealthCheck = index % 2 === 0;
    model.start(model.create({ ...settings, hasHealthCheck, name: `faaso-f${index}`, network }));
  }
}

/** Does something that the dice choose to any container. */
export function stormOnce(model: Model, dice: Dice, network: string): void {
  dice.one(OPERATIONS)(model, dice.one([...model.containers.values()]), dice, network);
}

/** Most names are a funko's, some of one that has several instances; some are nobody's. */
function nameOf(dice: Dice): string {
  const number = dice.below(2_000);
  return dice.one([`faaso-f${number}`, `faaso-f${number % 100}.${number}`, `web-${number}`]);
}
