// What starts a funko: its config.ru, which the runtime serves, or a program of its own.

/** Where a program is looked for if there is no config.ru, in this order. */
const USUAL_FILES = ['app.rb', 'main.rb', 'server.rb', 'index.rb'];
const PUMA = ['puma', '--config', '.runtime/puma.rb'];

/**
 * `words`: the image's command; `isOwn`: whether it is a program that listens by itself.
 */
export function programOf(data, bundle) {
  const { start, entry } = data.options;
  if (start.length > 0 && entry !== '') data.fail('funko.yml: options.start and options.entry are both set; remove one');
  if (start.length > 0) return own(data.command(start));
  if (entry !== '') return ofFile(named(data, entry), bundle);
  const web = data.procfile('web');
  return web === undefined ? ofFile(usual(data), bundle) : own(data.command(web));
}

function own(words) {
  return { words, isOwn: true };
}

function ofFile(file, bundle) {
  const inBundle = bundle ? ['bundle', 'exec'] : [];
  if (file === 'config.ru') return { words: [...inBundle, ...PUMA], isOwn: false };
  return own([...inBundle, 'ruby', file]);
}

function named({ has, fail }, file) {
  return has(file) ? file : fail(`funko.yml: options.entry names the file ${file}, which is not there; add it, or name another file`);
}

function usual({ has, fail }) {
  return (
    ['config.ru', ...USUAL_FILES].find(has) ??
    fail(
      'funko.yml: the runtime "ruby" finds nothing to start: it needs config.ru, app.rb, main.rb, server.rb or index.rb, a Procfile with "web: COMMAND", ' +
        'or "options: { entry: FILE }" or "options: { start: COMMAND }"',
    )
  );
}
