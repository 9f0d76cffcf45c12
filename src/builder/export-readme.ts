/** What an exported project says about itself. Pure. */
import type { Manifest } from '../funko/manifest.ts';
import { FUNKO_PORT } from '../funko/naming.ts';

/** The text of its README. */
export function exportReadme({ name, env, runtime }: Manifest, health: string): string {
  const flags = Object.entries(env).map(([key, value]) => `  --env ${quoted(`${key}=${value}`)} \\\n`);
  const made = runtime === null ? '' : ` from the runtime \`${runtime}\` and the funko's own files`;
  return `# ${name}

Made by \`faaso export\`${made}. It is complete: Docker is all it takes to build and run it.

\`\`\`sh
docker build --tag ${name} .
docker run --detach --name ${name} --init --publish ${FUNKO_PORT}:${FUNKO_PORT} \\
${flags.join('')}  ${name}
curl http://localhost:${FUNKO_PORT}/
\`\`\`

- It listens on port ${FUNKO_PORT} and is ready when \`${health}\` answers.
- \`docker stop ${name}\` lets it finish what it has begun.
- The environment above is that of \`funko.yml\`, which plain Docker does not read.

With FaaSO this folder is a funko as well: the Dockerfile is its own then (take \`runtime\` and \`options\` out of \`funko.yml\`).
`;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
