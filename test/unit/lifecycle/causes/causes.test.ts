import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { helpOf } from '../../../../src/lifecycle/causes/all.ts';
import { helpFor } from '../../../../src/lifecycle/causes/cause.ts';
import { LANGUAGE_TEXTS } from '../../../support/lifecycle/causes/language-texts.ts';
import { NODE_TEXTS } from '../../../support/lifecycle/causes/node-texts.ts';
import { SERVICE_TEXTS } from '../../../support/lifecycle/causes/service-texts.ts';
import { END_TEXTS, SYSTEM_TEXTS } from '../../../support/lifecycle/causes/system-texts.ts';

const FACTS = { network: 'test-net', funko: 'shop', flags: '' };
const END = 'its program ended with exit code 1.';

describe('what helps a program that did not start', () => {
  for (const { what, log, help } of [...NODE_TEXTS, ...LANGUAGE_TEXTS, ...SERVICE_TEXTS, ...SYSTEM_TEXTS]) {
    it(`is told of ${what}`, () => {
      assert.match(helpOf(['listening soon', ...log.split('\n')], END, FACTS), help);
    });
  }

  for (const { what, log, help } of END_TEXTS) {
    it(`is told of ${what}, which the log is silent about`, () => {
      assert.match(helpOf(['hello'], log, FACTS), help);
    });
  }

  for (const log of [
    'Server started',
    "TypeError: Cannot read properties of undefined (reading 'x')",
    'GET /x 404 not found',
    'SyntaxError: Unexpected token \'<\', "<!doctype "... is not valid JSON',
    'npm error Log files were not written due to an error writing to the directory: /.npm/_logs',
    'The user is required',
    'warning: something is missing',
  ]) {
    it(`is not made up where nothing is known: ${log}`, () => {
      assert.equal(helpOf([log], END, FACTS), '');
    });
  }

  it('is that of the last failure, not of a warning long before', () => {
    const between = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const log = ["Error: Cannot find module 'optional'", ...between, "KeyError: 'DATABASE_URL'"];
    assert.match(helpOf(log, END, FACTS), /DATABASE_URL/);
  });

  it('is that of the most telling line of one failure', () => {
    const log = [
      'sqlalchemy.exc.OperationalError: connection to server at "localhost", port 5432 failed: Connection refused',
      'ConnectionRefusedError: [Errno 111] Connection refused',
    ];
    assert.match(helpOf(log, END, FACTS), /port 5432/);
  });

  it('sees through colours, and shortens what a program wrote', () => {
    const long = 'x'.repeat(500);
    const help = helpOf([`\x1b[31mError: Cannot find module '\x1b[1m${long}'\x1b[0m`], END, FACTS);
    assert.match(help, /package "x{120}…" is not installed/);
  });

  it('names the command for one’s own machine there', () => {
    assert.match(
      helpOf(["KeyError: 'KEY'"], END, { ...FACTS, flags: '-l ' }),
      /faaso env set -l shop KEY=VALUE/,
    );
  });

  it('takes no longer for hostile lines', () => {
    const started = performance.now();
    const lines = Array.from({ length: 400 }, () => 'environment variable '.repeat(40) + 'A'.repeat(5000));
    helpOf(lines, END, FACTS);
    assert.ok(performance.now() - started < 5000);
  });

  it('puts groups and facts into the sentence, and nothing that they hold is taken for more of them', () => {
    const causes = [{ pattern: /(a)(b)?/, help: '$1 $2 {funko} {network}' }];
    assert.equal(helpFor(['ab'], causes, { network: '$1', funko: '{x}', flags: '' }), 'a b {x} $1');
  });
});
