// What is done with all of the folder when an image is built.
import { djangoOf } from './django.mjs';

/** Settings often ask the environment for the key, which only instances have. */
const KEYS = ['SECRET_KEY', 'DJANGO_SECRET_KEY'].map((name) => `${name}="\${${name}:-build}"`).join(' ');
/**
 * Each start compiles the folder's code anew, since no instance can write to it. That takes some 5 ms a file, and a step of a build
 * half a second, so few files are left to the start. A file that is no Python of this version is left as it is.
 */
const COMPILE = '{ python3 -m compileall -q -j 0 . > /dev/null || true; }';
const MANY_FILES = 100;

/** The commands: what compiles, then the option `build`, else what collects the static files of a Django project that says where to. */
export function buildOf(data) {
  const isLarge = data.files.filter((file) => file.endsWith('.py')).length >= MANY_FILES;
  return [...(isLarge ? [COMPILE] : []), ...ofProject(data)];
}

function ofProject(data) {
  if (data.options.build !== '') return [data.options.build];
  const django = djangoOf(data);
  return django?.collects ? [`${KEYS} python3 ${django.manage} collectstatic --noinput`] : [];
}
