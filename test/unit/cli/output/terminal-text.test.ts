import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { colouredPrintable } from '../../../../src/cli/output/printable.ts';
import { terminalText } from '../../../../src/cli/output/terminal-text.ts';

describe('text for a terminal', () => {
  it('keeps line ends, tabs and colours, and shows all else that steers as its code', () => {
    const text = 'a\tb\r\nc\rd\b \x1b]0;t\x07 \x1b[2J \x1b[1;1H\x9b31m \x7f\u2028\u202e\u2066';
    const shown =
      'a\tb\r\nc\\x0dd\\x08 \\x1b]0;t\\x07 \\x1b[2J \\x1b[1;1H\\x9b31m \\x7f\\u2028\\u202e\\u2066';
    assert.equal(terminalText(text, true), shown);
    assert.equal(terminalText('\x1b[32mready\x1b[39m', true), '\x1b[32mready\x1b[39m');
    assert.equal(terminalText('\x1b[32mready\x1b[39m', false), '\\x1b[32mready\\x1b[39m');
  });

  it('lets no colour go beyond its line', () => {
    assert.equal(terminalText('\x1b[31mred\nplain', true), '\x1b[31mred\x1b[0m\nplain');
    const whole = '\x1b[1;38;5;9mx\x1b[0m \x1b[1m\x1b[33mw\x1b[39m\x1b[22m \x1b[42my\x1b[49m\x1b[4m\x1b[m';
    assert.equal(terminalText(whole, true), whole);
    assert.equal(terminalText('\x1b[8mhidden\x1b[39m', true), '\x1b[8mhidden\x1b[39m\x1b[0m');
  });
});

describe("a line of a program's log", () => {
  it('keeps its colours, and what was last to be seen', () => {
    assert.equal(colouredPrintable('\x1b[32mok\x1b[0m \x1b[2Jdone\x07\x9b1A'), '\x1b[32mok\x1b[0m done');
    assert.equal(colouredPrintable('10%\r\x1b[1m100%\x1b[0m\r'), '\x1b[1m100%\x1b[0m');
  });

  it('makes no escape sequence of what is left of others', () => {
    for (const text of ['\x1b\x1b[31m[2J', '\x1b[3\x1b[31m1m', '\x1b]0;a\x1b[31mb\x07', '\x1b[\x1b[0m2J'])
      assert.doesNotMatch(colouredPrintable(text).replaceAll(/\x1b\[[0-9;:]*m/g, ''), /\x1b/);
  });
});
