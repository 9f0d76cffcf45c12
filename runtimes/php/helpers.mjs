// What Dockerfile.ejs needs to know of a funko: what starts it.

export default function helpers(data) {
  return { program: () => programOf(data) };
}

/**
 * `words`: the image's command; `isOwn`: whether it is a program that listens by itself, in place of nginx and PHP-FPM.
 */
function programOf({ options, command, procfile, has, fail }) {
  const own = options.start.length > 0 ? options.start : procfile('web');
  if (own !== undefined) return { words: command(own), isOwn: true };
  const index = options.root === '.' ? 'index.php' : `${options.root}/index.php`;
  if (has(index)) return { words: ['bash', '.runtime/serve.sh'], isOwn: false };
  return fail(
    `funko.yml: the runtime "php" finds nothing to start: it needs ${index}, a Procfile with "web: COMMAND", ` +
      'or "options: { root: FOLDER }" or "options: { start: COMMAND }"',
  );
}
