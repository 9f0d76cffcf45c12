import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaasoError } from '../../../src/errors.ts';
import { problem, problemHtml, problemJson, problemOf, STATUS_OF } from '../../../src/proxy/problem.ts';

describe('a problem', () => {
  it('has the status of its code, the message as its detail, and the details of the error', () => {
    const error = new FaasoError('build_failed', 'npm install failed', {
      details: ['npm ERR! 1', 'npm ERR! 2'],
    });
    assert.deepEqual(JSON.parse(problemJson(problemOf(error))), {
      type: 'about:blank',
      title: 'Build failed',
      status: STATUS_OF.build_failed,
      detail: 'npm install failed',
      code: 'build_failed',
      details: ['npm ERR! 1', 'npm ERR! 2'],
    });
  });

  it('says nothing of the insides of an unexpected error', () => {
    const said = problemOf(new Error('secret at /data/token'));
    assert.equal(said.status, 500);
    assert.equal(said.code, 'internal');
    assert.doesNotMatch(problemJson(said), /secret/);
  });

  it('steers no terminal that shows it', () => {
    const name = 'x\x9b2J\u202e';
    const said = problemJson(problem('unknown_funko', name));
    assert.equal((JSON.parse(said) as { readonly detail: string }).detail, name);
    assert.doesNotMatch(said.trimEnd(), /[\x00-\x1f\x7f-\x9f\u202a-\u202e]/);
  });

  it('is a page in which every sign that could be markup is escaped', () => {
    const page = problemHtml(problem('not_found', `<b a="c" d='e'>&`));
    assert.match(page, /&#60;b a=&#34;c&#34; d=&#39;e&#39;&#62;&#38;/);
  });

  it('has a status for every code, each an error', () => {
    for (const status of Object.values(STATUS_OF)) assert.ok(status >= 400 && status < 600);
  });
});
