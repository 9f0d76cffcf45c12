import { run, type Project } from '../project.ts';
import { basename, dirname } from 'node:path';

// The project of fastify-cli 8.0.2 can't be built by its own `npm start`: TypeScript 6 refuses its tsconfig.json.
export const project: Project = {
  title: 'Fastify in TypeScript',
  madeBy: 'fastify-cli 7.4.1 --lang=ts',
  make: async (folder) => {
    await run(dirname(folder), 'npx', 'fastify-cli@7.4.1', 'generate', basename(folder), '--lang=ts');
  },
  page: { path: '/', text: '"root":true' },
  change: {
    file: 'src/routes/root.ts',
    from: 'root: true',
    to: "root: 'changed'",
    text: '"root":"changed"',
  },
  own: { install: ['npm', 'install'], build: ['npm', 'run', 'build:ts'] },
  advice: {
    dockerfile: `FROM node:24-slim AS build
WORKDIR /usr/src/app
COPY package*.json ./
RUN npm install
COPY . .
RUN npm run build:ts && npm prune --omit=dev
FROM node:24-slim
WORKDIR /usr/src/app
COPY --from=build /usr/src/app ./
CMD [ "npx", "fastify", "start", "-l", "info", "dist/app.js" ]
`,
  },
};
