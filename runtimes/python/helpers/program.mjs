// What starts a funko: a file whose application the runtime serves, or a program of its own.

/** Where a program is looked for if nothing names it, in this order. */
const USUAL_FILES = ['app.py', 'main.py', 'wsgi.py', 'asgi.py', 'application.py', 'server.py', '__main__.py'];
/** `django-admin startproject` makes such a folder beside manage.py. */
const OF_DJANGO = /^[A-Za-z_]\w*\/(wsgi|asgi)\.py$/;
/** Code that may give a module an application: `app = …`, `def app(…)`, `from x import app`, `with …, app:`, a factory. */
const APPLICATION =
  /(^|[\s,(])(app|application)\s*(:[^=\n]+)?=(?!=)|\b(def|class)\s+(app|application|create_app|make_app)\b|\bimport\b[^\n#]*(\*|\b(app|application|create_app|make_app)\b)|\bimport\s*\([^)]*\b(app|application|create_app|make_app)\b/m;
/** Code, outside of any function or condition, that does not come back while it serves. */
const LISTENS = /^(await\s+)?(\w+\.)*(run|run_app|run_forever|run_until_complete|serve|serve_forever|listen|launch)\(/m;

/**
 * `words`: the image's command; `isOwn`: whether it is a program that listens by itself.
 */
export function programOf(data) {
  const { start, entry } = data.options;
  if (start.length > 0 && entry !== '') data.fail('funko.yml: options.start and options.entry are both set; remove one');
  if (start.length > 0) return own(data.command(start));
  if (entry !== '') return ofFile(data, named(data, entry));
  const web = data.procfile('web');
  return web === undefined ? ofFile(data, usual(data)) : own(data.command(web));
}

function own(words) {
  return { words, isOwn: true };
}

function ofFile({ options, text }, file) {
  const code = text(file) ?? '';
  if (!APPLICATION.test(code) || LISTENS.test(code)) return own(['python3', file]);
  const { workers, threads } = options;
  return {
    words: ['python3', '.runtime/serve.py', file, '--workers', String(workers), '--threads', String(threads)],
    isOwn: false,
  };
}

function named({ has, fail }, file) {
  return has(file) ? file : fail(`funko.yml: options.entry names the file ${file}, which is not there; add it, or name another file`);
}

function usual({ files, has, fail }) {
  const django = has('manage.py') ? files.filter((file) => OF_DJANGO.test(file)).sort().reverse() : [];
  return (
    django[0] ??
    USUAL_FILES.find(has) ??
    fail(
      'funko.yml: the runtime "python" finds nothing to start: it needs app.py, main.py, wsgi.py, asgi.py or server.py, a Procfile with "web: COMMAND", ' +
        'or "options: { entry: FILE }" or "options: { start: COMMAND }"',
    )
  );
}
