import { run, type Project } from '../project.ts';
import { basename, dirname } from 'node:path';

export const project: Project = {
  title: 'Nest',
  madeBy: '@nestjs/cli 12.0.8',
  make: async (folder) => {
    const words = ['new', basename(folder), '--package-manager', 'npm', '--skip-git', '--skip-install'];
    await run(dirname(folder), 'npx', '@nestjs/cli@12.0.8', ...words);
  },
  page: { path: '/', text: 'Hello World!' },
  change: {
    file: 'src/app.service.ts',
    from: 'Hello World!',
    to: 'Hello FaaSO!',
    text: 'Hello FaaSO!',
  },
  own: { install: ['npm', 'install'], build: ['npm', 'run', 'build'] },
  advice: {
    dockerfile: `FROM node:24-slim AS build
WORKDIR /usr/src/app
COPY package*.json ./
RUN npm install
COPY . .
RUN npm run build && npm prune --omit=dev
FROM node:24-slim
WORKDIR /usr/src/app
COPY package*.json ./
COPY --from=build /usr/src/app/node_modules ./node_modules
COPY --from=build /usr/src/app/dist ./dist
CMD ["node", "dist/main.js"]
`,
  },
};
