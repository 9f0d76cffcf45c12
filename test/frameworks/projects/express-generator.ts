import { run, type Project } from '../project.ts';
import { basename, dirname } from 'node:path';

export const project: Project = {
  title: 'Express',
  madeBy: 'express-generator 4.16.1',
  make: async (folder) => {
    await run(dirname(folder), 'npx', 'express-generator@4.16.1', '--no-view', basename(folder));
  },
  page: { path: '/', text: 'Welcome to Express' },
  asset: /^\/stylesheets\/style\.css$/,
  change: {
    file: 'public/index.html',
    from: 'Welcome to Express',
    to: 'Welcome to FaaSO',
    text: 'Welcome to FaaSO',
  },
  advice: {
    dockerfile: `FROM node:24-slim
WORKDIR /usr/src/app
COPY package*.json ./
RUN npm install --omit=dev
COPY . .
EXPOSE 3000
CMD [ "node", "./bin/www" ]
`,
  },
};
