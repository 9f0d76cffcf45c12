import { run, type Project } from '../project.ts';
import { project as express } from './express-generator.ts';

export const project: Project = {
  ...express,
  title: 'Express with pnpm',
  madeBy: 'express-generator 4.16.1, pnpm 10.34.8',
  make: async (folder) => {
    await express.make(folder);
    await run(folder, 'npx', 'pnpm@10.34.8', 'install');
  },
  advice: {
    dockerfile: `FROM node:24-slim AS build
RUN npm install --global pnpm@10.34.8
WORKDIR /usr/src/app
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --prod --frozen-lockfile
FROM node:24-slim
WORKDIR /usr/src/app
COPY --from=build /usr/src/app/node_modules ./node_modules
COPY . .
CMD [ "node", "./bin/www" ]
`,
  },
};
