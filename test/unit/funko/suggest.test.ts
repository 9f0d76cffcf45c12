import assert from 'node:assert/strict';
import { it } from 'node:test';
import { didYouMean, suggestion } from '../../../src/funko/suggest.ts';

it('suggests what is a slip away, whatever the case', () => {
  assert.equal(suggestion('nmae', ['name', 'env']), 'name');
  assert.equal(suggestion('RUNTIME', ['name', 'runtime']), 'runtime');
  assert.equal(didYouMean('optoins', ['name', 'options']), ' Did you mean "options"?');
});

it('suggests nothing where nothing is near', () => {
  assert.equal(suggestion('replicas', ['name', 'env']), undefined);
  assert.equal(suggestion('x', ['l']), undefined);
  assert.equal(suggestion('name', []), undefined);
  assert.equal(didYouMean('volumes', ['name', 'env']), '');
});
