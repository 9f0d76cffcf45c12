/** Programs that miss an environment variable or another setting. */
import type { Cause } from './cause.ts';

const VARIABLE =
  'The environment variable $1 is not set: write it under "env" in funko.yml, or set it ("faaso env set {flags}{funko} $1=VALUE"), and deploy again.';
const NAME = '([A-Z][A-Z0-9_]{2,})';

function variable(before: string, after = ''): Cause {
  return { pattern: new RegExp(before + NAME + after), help: VARIABLE };
}

export const SETTINGS: readonly Cause[] = [
  {
    pattern: /Missing `?secret_key_base`? for '(\w+)' environment/,
    help: 'Rails wants the environment variable SECRET_KEY_BASE: let FaaSO make one ("generated_secrets: {SECRET_KEY_BASE: 64}" in funko.yml), or set it ("faaso env set {flags}{funko} SECRET_KEY_BASE=VALUE"), and deploy again.',
  },
  {
    pattern: /No application encryption key has been specified/,
    help: 'Laravel wants the environment variable APP_KEY: let FaaSO make one ("generated_secrets: {APP_KEY: 32}" in funko.yml), or set that of "php artisan key:generate --show" ("faaso env set {flags}{funko} APP_KEY=VALUE"), and deploy again.',
  },
  {
    pattern: /Unable to read the "([^"]+)" environment file/,
    help: 'The image has no $1, which is as it should be: set its variables under "env" in funko.yml, and have the program do without the file (Symfony: composer dump-env prod).',
  },
  {
    pattern: /The SECRET_KEY setting must not be empty/,
    help: 'Django has no SECRET_KEY: the settings read it from a variable that is not set, so write that under "env" in funko.yml, or set it ("faaso env set {flags}{funko} NAME=VALUE"), and deploy again.',
  },
  {
    pattern: /Requested setting (\w+), but settings are not configured/,
    help: 'Django knows no settings: write "DJANGO_SETTINGS_MODULE: PROJECT.settings" under "env" in funko.yml.',
  },
  {
    pattern: /Invalid HTTP_HOST header: '([^']+)'/,
    help: 'Django refuses requests for "$1": name the hosts of the funko in ALLOWED_HOSTS of its settings; "*" allows all.',
  },
  {
    pattern: /Blocked hosts?: ([\w.:-]+)/,
    help: 'Rails refuses requests for "$1": config.hosts in its settings must name the hosts of the funko, or run it with RAILS_ENV=production.',
  },
  variable('Environment variable not found: "?'),
  variable('Set the ', ' environment variable'),
  variable('', ' not found\\. Declare it as envvar'),
  variable("KeyError: '", "'"),
  variable('key not found: "', '"'),
  variable('required key ', ' missing value'),
  variable(
    '(?:[Ee]nv|[Ee]nvironment)(?: variables?|\\.)?:? [`"\']?',
    '\\b[^.]*\\b(?:not set|missing|required|undefined|unset|must be|not found|not defined|is empty)',
  ),
  variable(
    '(?:[Mm]issing|[Rr]equired|[Uu]ndefined|[Nn]eed)(?: the| a| required)* [Ee]nv(?:ironment)?(?: variables?)?:? [`"\']?',
  ),
  variable('(?:[Mm]issing|process\\.env\\.) ?[`"\']?', '[`"\']?(?: (?:is|env|in) |$)'),
  variable(
    '^(?:\\w*Error: )?[`"\']?',
    '[`"\']? (?:environment variable |env var )?(?:is|must be) (?:not set|missing|required|undefined|set)\\b',
  ),
];
