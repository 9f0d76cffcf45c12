import assert from 'node:assert/strict';
import { test } from 'node:test';
import { userOf } from '../../../src/docker/user.ts';

const LISTS = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/:/bin/false\n7:x:70:71::/:/bin/false\nbroken\n',
  group: 'root:x:0:\nweb:x:34:\nlog:x:4:syslog,web\nlogs:x:5:webs\n',
};

const USERS: readonly (readonly [string, object | undefined])[] = [
  ['', { uid: 0, gid: 0, groups: [] }],
  ['web', { uid: 33, gid: 34, groups: [4] }],
  ['33', { uid: 33, gid: 34, groups: [4] }],
  ['web:log', { uid: 33, gid: 4, groups: [] }],
  ['web:99', { uid: 33, gid: 99, groups: [] }],
  ['1234', { uid: 1234, gid: 0, groups: [] }],
  ['1234:4321', { uid: 1234, gid: 4321, groups: [] }],
  ['7', { uid: 70, gid: 71, groups: [] }],
  ['nobody', undefined],
  ['web:nogroup', undefined],
];

for (const [text, user] of USERS) {
  test(`USER ${JSON.stringify(text)} is the user that the engine takes`, () => {
    assert.deepEqual(userOf(text, LISTS), user);
  });
}

test('an image without lists of users knows numbers alone', () => {
  const none = { passwd: '', group: '' };
  assert.deepEqual(userOf('1000', none), { uid: 1000, gid: 0, groups: [] });
  assert.deepEqual(userOf('', none), { uid: 0, gid: 0, groups: [] });
  assert.equal(userOf('web', none), undefined);
});
