import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { LiveLines, type LiveLine } from '../../../../src/cli/output/live-lines.ts';

/** As much of a terminal as the lines need: what stands on it after all that was written. */
class Screen extends Writable {
  isTTY = true;
  columns = 20;
  rows = 4;
  #lines: string[] = [''];
  #at = 0;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const text = chunk.toString();
    for (const [piece] of text.matchAll(/\u001b\[[0-9;]*[AJm]|[^]/g)) this.#take(piece);
    done();
  }

  get shown(): string[] {
    return this.#lines.map((line) => line.replace(/^[⠀-⣿]/, '*')).filter((line) => line !== '');
  }

  #take(piece: string): void {
    const up = /^\u001b\[([0-9]+)A$/.exec(piece);
    if (up) this.#at -= Number(up[1]);
    else if (piece === '\u001b[J') this.#lines = [...this.#lines.slice(0, this.#at), ''];
    else if (piece === '\n') this.#lines[++this.#at] ??= '';
    else if (piece.length === 1 && piece !== '\r')
      this.#lines[this.#at] = (this.#lines[this.#at] ?? '') + piece;
    assert.ok(this.#at >= 0, 'the cursor is above the first line');
  }
}

function linesOn(screen: Screen): LiveLines {
  return new LiveLines(screen as unknown as NodeJS.WriteStream);
}

const doing =
  (...texts: LiveLine[]) =>
  (): LiveLine[] =>
    texts;

describe('the lines that say what is being done', () => {
  it('make room for other lines, come back below them, and leave nothing', (context) => {
    context.mock.timers.enable({ apis: ['setInterval'] });
    const screen = new Screen();
    const live = linesOn(screen);
    live.show(doing({ text: 'one', below: 'its log' }, { text: 'two' }));
    assert.deepEqual(screen.shown, ['* one', '    its log', '* two']);
    live.clear();
    screen.write('a line\n');
    assert.deepEqual(screen.shown, ['a line']);
    context.mock.timers.tick(100);
    assert.deepEqual(screen.shown, ['a line', '* one', '    its log', '* two']);
    live.show(doing({ text: 'three' }));
    context.mock.timers.tick(100);
    assert.deepEqual(screen.shown, ['a line', '* three']);
    live.stop();
    context.mock.timers.tick(1000);
    assert.deepEqual(screen.shown, ['a line']);
  });

  it('are never wider or higher than the terminal', () => {
    const screen = new Screen();
    const live = linesOn(screen);
    const long = 'x'.repeat(50);
    live.show(doing({ text: long, below: long }, { text: long }, { text: long }, { text: long }));
    assert.deepEqual(
      screen.shown.map((line) => line.length),
      [19, 19, 19],
    );
    live.stop();
    assert.deepEqual(screen.shown, []);
  });

  it('say whose they are when several things go on, until the last one is done', () => {
    const screen = new Screen();
    const live = linesOn(screen);
    live.show(doing({ text: 'a' }), 'demo');
    live.show(doing({ text: 'b' }), 'shop');
    assert.deepEqual(screen.shown, ['* demo: a', '* shop: b']);
    live.stop('demo');
    live.stop('shop');
    assert.deepEqual(screen.shown, []);
  });

  it('are for terminals only', () => {
    const screen = Object.assign(new Screen(), { isTTY: false });
    linesOn(screen).show(doing({ text: 'a' }));
    assert.deepEqual(screen.shown, []);
  });
});
