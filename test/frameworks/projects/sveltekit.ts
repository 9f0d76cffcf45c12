import { basename, dirname } from 'node:path';
import { run, type Project } from '../project.ts';

const GENERATOR = 'sv@0.17.1';
const FLAGS = [
  '--template',
  'demo',
  '--types',
  'ts',
  '--add',
  'sveltekit-adapter=adapter:node',
  '--no-install',
];

export const project: Project = {
  title: 'SvelteKit (adapter-node)',
  madeBy: `${GENERATOR.replace('@', ' ')} create --template demo`,
  make: async (folder) => {
    await run(dirname(folder), 'npx', GENERATOR, 'create', basename(folder), ...FLAGS);
  },
  page: { path: '/', text: 'to your new' },
  asset: /^\/_app\/immutable\/.*\.js$/,
  change: {
    file: 'src/routes/+page.svelte',
    from: 'to your new',
    to: 'at FaaSO to your new',
    text: 'at FaaSO to your new',
  },
  own: { install: ['npm', 'install'], build: ['npm', 'run', 'build'] },
  advice: {
    dockerfile: `FROM node:24-slim AS build
WORKDIR /app
COPY package.json .npmrc ./
RUN npm install --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/build ./build
COPY --from=build /app/node_modules ./node_modules
COPY package.json ./
USER node
CMD ["node", "build"]
`,
  },
};
