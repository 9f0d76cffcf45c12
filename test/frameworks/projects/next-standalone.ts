import { edit, type Project } from '../project.ts';
import { CHANGE, makeNext, project as next } from './next.ts';

export const project: Project = {
  ...next,
  title: 'Next.js (standalone)',
  make: async (folder) => {
    await makeNext(folder);
    await edit(folder, 'next.config.ts', '/* config options here */', "output: 'standalone',");
  },
  change: CHANGE,
  advice: {
    dockerfile: `FROM node:24-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production PORT=3000 HOSTNAME=0.0.0.0
COPY --from=build --chown=node:node /app/.next/standalone ./
COPY --from=build --chown=node:node /app/.next/static ./.next/static
USER node
CMD ["node", "server.js"]
`,
    dockerignore: 'node_modules\n.next\n.git\n',
  },
};
