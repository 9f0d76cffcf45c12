import { basename, dirname } from 'node:path';
import { run, type Project } from '../project.ts';

export const GENERATOR = 'create-next-app@16.4.3';
/** `--empty`: the other templates fetch fonts from Google when they are built, and fail where there is no way out. */
const FLAGS = ['--yes', '--empty', '--disable-git', '--skip-install'];

/** Makes a project with a lock file, as the generator leaves one where it installs. */
export async function makeNext(folder: string): Promise<void> {
  await run(dirname(folder), 'npx', GENERATOR, basename(folder), ...FLAGS);
  await run(folder, 'npm', 'install', '--package-lock-only');
}

export const CHANGE: Project['change'] = {
  file: 'app/page.tsx',
  from: 'Hello world!',
  to: 'Hello FaaSO!',
  text: 'Hello FaaSO!',
};

export const project: Project = {
  title: 'Next.js (`next start`)',
  madeBy: `${GENERATOR.replace('@', ' ')} --empty`,
  make: makeNext,
  page: { path: '/', text: 'Hello world!' },
  asset: /^\/_next\/static\/.*\.js$/,
  change: CHANGE,
  own: { install: ['npm', 'ci'], build: ['npm', 'run', 'build'] },
  advice: {
    dockerfile: `FROM node:24-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && rm -rf .next/cache

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/.next ./.next
COPY package.json next.config.ts ./
USER node
CMD ["npm", "start"]
`,
    dockerignore: 'node_modules\n.next\n.git\n',
  },
};
