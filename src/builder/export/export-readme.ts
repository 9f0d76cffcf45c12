/** What an exported project says about itself. Pure. */
import { trafficLabel } from '../../funko/traffic-rules.ts';
import type { Manifest } from '../../funko/manifest/manifest.ts';
import { FUNKO_PORT } from '../../funko/naming/names.ts';
import { SECRETS_DIRECTORY } from './compose.ts';

export interface ExportGuide {
  /** The path that answers 200 when the program is ready. */
  readonly health: string;
  /** The name of the Compose file. */
  readonly compose: string;
}

/** The text of its README. */
export function exportReadme(manifest: Manifest, { health, compose }: ExportGuide): string {
  const { name, runtime } = manifest;
  const made = runtime === null ? '' : ` from the runtime \`${runtime}\` and the funko's own files`;
  const file = compose === 'compose.yaml' ? '' : ` --file ${compose}`;
  return `# ${name}

Made by \`faaso export\`${made}. It is complete: Docker is all it takes to build and run it.
${secretsSection(manifest)}
\`\`\`sh
docker compose${file} up --detach --build
curl http://localhost:${FUNKO_PORT}/
\`\`\`

- \`${compose}\` starts what \`faaso up\` starts: the environment, user, limits, volumes and health check of \`funko.yml\` are in it.
- It listens on port ${FUNKO_PORT}, published on 127.0.0.1 alone, and is ready when ${health === '' ? 'that accepts connections' : `\`${health}\` answers`}.
- \`docker compose${file} down\` stops it and lets it finish the requests it has begun.
${notes(manifest).join('')}
\`docker build --tag ${name} .\` builds the image alone.

With FaaSO this folder is a funko as well: the Dockerfile is its own then (take \`runtime\` and \`options\` out of \`funko.yml\`).
`;
}

function secretsSection({ secrets }: Manifest): string {
  if (!secrets || secrets.length === 0) return '';
  const lines = secrets.map((secret) => `printf %s VALUE > ${SECRETS_DIRECTORY}/${secret}\n`);
  return `
Secrets are not exported. Write each value into a file first; the program reads it at \`/run/secrets/NAME\`:

\`\`\`sh
mkdir -p ${SECRETS_DIRECTORY}
${lines.join('')}\`\`\`
`;
}

function notes(manifest: Manifest): string[] {
  const { volumes, scale = 1, release } = manifest;
  const found: string[] = [];
  if (Object.keys(volumes ?? {}).length > 0)
    found.push(
      '- The volumes have the names that FaaSO gives them: on the same engine the data is the same. Compose warns that it did ' +
        'not make them. Do not let both run at once if the program can not share its files.\n',
    );
  if (scale > 1)
    found.push(
      `- ${scale} instances listen on the ports ${FUNKO_PORT} to ${FUNKO_PORT + scale - 1}; put a load balancer before them.\n`,
    );
  if (release !== undefined && release !== null)
    found.push(
      '- The release command runs each time that Compose starts the program. With FaaSO it runs once for a version.\n',
    );
  if (trafficLabel(manifest) !== undefined)
    found.push(
      '- The timeouts, limits, hosts and concurrency of `funko.yml` are rules of FaaSO’s proxy and do not hold here.\n',
    );
  return found;
}
