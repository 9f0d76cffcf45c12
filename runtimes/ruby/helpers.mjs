// What Dockerfile.ejs needs to know of a funko: what starts it.

/** Where a program is looked for if there is no config.ru, in this order. */
const USUAL_FILES = ['app.rb', 'main.rb', 'server.rb', 'index.rb'];
const PUMA = ['puma', '--config', '.runtime/puma.rb'];

export default function helpers(data) {
  return { program: () => programOf(data) };
}

/**
 * `words`: the image's command; `isOwn`: whether it is a program that listens by itself.
 */
function programOf(data) {
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

function ofFile(data, file) {
  const inBundle = data.has('Gemfile') ? ['bundle', 'exec'] : [];
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
