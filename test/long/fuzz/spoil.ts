/** Spoils texts, the same way for the same dice. */
import type { Dice } from '../../support/simulated-engine/dice.ts';
import { MORSELS } from './seeds.ts';

/** None to four changes: bytes taken off, doubled, flipped; a morsel or a piece of another text put in. */
export function spoil(text: string, among: readonly string[], dice: Dice): string {
  let spoilt = text;
  for (let left = dice.below(5); left > 0; left -= 1) spoilt = change(spoilt, among, dice);
  return spoilt;
}

function change(text: string, among: readonly string[], dice: Dice): string {
  // Heads are worth more attempts than bodies.
  const at = dice.below(Math.min(text.length, dice.chance(0.8) ? 300 : text.length) + 1);
  const head = text.slice(0, at);
  const tail = text.slice(at);
  switch (dice.below(6)) {
    case 0:
      return head + tail.slice(1 + dice.below(5));
    case 1:
      return head + tail.slice(0, dice.below(40)) + tail;
    case 2:
      return head + String.fromCharCode(dice.below(256)) + tail.slice(1);
    case 3:
      return head + String.fromCharCode(tail.charCodeAt(0) ^ (1 << dice.below(8))) + tail.slice(1);
    case 4:
      return head + splice(dice.one(among), dice) + tail;
    default:
      return head + dice.one(MORSELS) + tail;
  }
}

function splice(other: string, dice: Dice): string {
  const from = dice.below(other.length);
  return other.slice(from, from + dice.below(60));
}

/** The text in one to five pieces. */
export function cut(text: string, dice: Dice): string[] {
  const pieces: string[] = [];
  let left = text;
  while (left.length > 1 && pieces.length < 4 && dice.chance(0.5)) {
    const at = 1 + dice.below(Math.min(left.length - 1, 400));
    pieces.push(left.slice(0, at));
    left = left.slice(at);
  }
  return [...pieces, left];
}
