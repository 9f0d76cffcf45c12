// What starts a funko.

/**
 * `words`: the image's command; `isOwn`: whether it is a program that listens by itself, in place of nginx and PHP-FPM.
 */
export function programOf({ options, command, procfile, has, fail }, root) {
  const own = options.start.length > 0 ? options.start : procfile('web');
  // What hosts with buildpacks start is the server that the runtime has itself.
  if (own !== undefined && !isBuildpackServer(own)) return { words: command(own), isOwn: true };
  const index = root === '.' ? 'index.php' : `${root}/index.php`;
  if (has(index)) return { words: ['bash', '.runtime/serve.sh'], isOwn: false };
  return fail(
    `funko.yml: the runtime "php" finds nothing to start: it needs ${index}, a Procfile with "web: COMMAND", ` +
      'or "options: { root: FOLDER }" or "options: { start: COMMAND }"',
  );
}

function isBuildpackServer(command) {
  return typeof command === 'string' && /^(\S*\/)?heroku-php-(apache2|nginx)\b/.test(command);
}
