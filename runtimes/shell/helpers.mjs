// What Dockerfile.ejs needs to know of a funko: what starts it.

export default function helpers(data) {
  return { program: () => programOf(data) };
}

/**
 * `words`: the image's command; `isOwn`: whether it is a program that listens by itself.
 */
function programOf({ options, command, procfile, has, fail }) {
  const own = options.start.length > 0 ? options.start : procfile('web');
  if (own !== undefined) return { words: command(own), isOwn: true };
  if (has(options.entry)) return { words: wordsOf(options), isOwn: false };
  return fail(
    `funko.yml: the runtime "shell" finds nothing to start: it needs the script ${options.entry}, a Procfile with "web: COMMAND", ` +
      'or "options: { entry: FILE }" or "options: { start: COMMAND }"',
  );
}

function wordsOf({ entry, content_type, time_limit, concurrency }) {
  const limits = ['--time-limit', String(time_limit), '--concurrency', String(concurrency)];
  return ['python3', '-B', '.runtime/serve.py', entry, '--content-type', content_type, ...limits];
}
