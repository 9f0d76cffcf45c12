import { run, type Project } from '../project.ts';
import { basename, dirname } from 'node:path';

export const project: Project = {
  title: 'Fastify',
  madeBy: 'fastify-cli 8.0.2',
  make: async (folder) => {
    await run(dirname(folder), 'npx', 'fastify-cli@8.0.2', 'generate', basename(folder));
  },
  page: { path: '/', text: '"root":true' },
  change: {
    file: 'routes/root.js',
    from: 'root: true',
    to: "root: 'changed'",
    text: '"root":"changed"',
  },
  advice: {
    dockerfile: `FROM node:24-slim
WORKDIR /usr/src/app
COPY package*.json ./
RUN npm install --omit=dev
COPY . .
CMD [ "npx", "fastify", "start", "-l", "info", "app.js" ]
`,
  },
};
