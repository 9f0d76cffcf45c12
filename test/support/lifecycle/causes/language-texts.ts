/** Of other languages: what is not built, missing packages, wrong versions. */
import type { Text } from './text.ts';

export const LANGUAGE_TEXTS: readonly Text[] = [
  {
    what: 'a Python module that is not installed',
    log: `Traceback (most recent call last):
  File "/funko/app.py", line 1, in <module>
    import flask
ModuleNotFoundError: No module named 'flask'`,
    help: /module "flask" is not in the image.*requirements\.txt/,
  },
  {
    what: 'a library that Python needs',
    log: 'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
    help: /no library libGL\.so\.1.*ship_packages/,
  },
  {
    what: 'a library that a program needs',
    log: './server: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory',
    help: /no library libpq\.so\.5/,
  },
  {
    what: 'a newer C library',
    log: "./server: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.39' not found (required by ./server)",
    help: /newer system.*GLIBC_2\.39/,
  },
  {
    what: 'a gem that is not there',
    log: "/funko/app.rb:1:in `require': cannot load such file -- sinatra (LoadError)",
    help: /Ruby finds no "sinatra"/,
  },
  {
    what: 'a gem of the lock file',
    log: 'Could not find rack-3.1.8 in locally installed gems (Bundler::GemNotFound)',
    help: /Bundler misses rack-3\.1\.8/,
  },
  {
    what: 'a gem of the Gemfile',
    log: "Could not find gem 'sinatra' in locally installed gems. (Bundler::GemNotFound)",
    help: /Bundler misses gem 'sinatra'/,
  },
  {
    what: 'another Ruby',
    log: 'Your Ruby version is 3.3.8, but your Gemfile specified 3.2.2 (Bundler::RubyVersionMismatch)',
    help: /has Ruby 3\.3\.8.*asks for 3\.2\.2/,
  },
  {
    what: 'PHP without Composer’s packages',
    log: "PHP Fatal error:  Uncaught Error: Failed opening required '/funko/public/../vendor/autoload.php' (include_path='.:/usr/share/php')",
    help: /Composer’s packages/,
  },
  {
    what: 'PHP without Composer’s packages, as a warning',
    log: 'PHP Warning:  require(/funko/vendor/autoload.php): Failed to open stream: No such file or directory in /funko/index.php on line 2',
    help: /Composer’s packages/,
  },
  {
    what: 'a class that PHP does not find',
    log: 'PHP Fatal error:  Uncaught Error: Class "Slim\\Factory\\AppFactory" not found in /funko/public/index.php:5',
    help: /no class Slim\\Factory\\AppFactory/,
  },
  {
    what: 'an extension that PHP lacks',
    log: 'PHP Fatal error:  Uncaught Error: Call to undefined function mb_strlen() in /funko/index.php:3',
    help: /no function mb_strlen\(\).*ship_packages/,
  },
  {
    what: 'a driver that PHP lacks',
    log: 'PHP Fatal error:  Uncaught PDOException: could not find driver in /funko/index.php:3',
    help: /php-pgsql/,
  },
  {
    what: 'another PHP',
    log: 'Your Composer dependencies require a PHP version ">= 8.5.0". You are running 8.4.11.',
    help: /has PHP 8\.4\.11.*>= 8\.5\.0/,
  },
  {
    what: 'extensions that packages ask for',
    log: 'Your Composer dependencies require the following PHP extensions to be installed: intl, mbstring.',
    help: /extensions intl, mbstring:/,
  },
  {
    what: 'a class that Java does not find',
    log: 'Caused by: java.lang.ClassNotFoundException: org.slf4j.Logger',
    help: /no class org\.slf4j\.Logger/,
  },
  {
    what: 'a newer Java',
    log: 'Exception in thread "main" java.lang.UnsupportedClassVersionError: Main has been compiled by a more recent version of the Java Runtime (class file version 69.0), this version of the Java Runtime only recognizes class file versions up to 65.0',
    help: /^Main was compiled for a newer Java/,
  },
];
