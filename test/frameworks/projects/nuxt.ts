import { writeFiles } from '../files.ts';
import type { Project } from '../project.ts';

const NUXT = '4.5.2';
/** What `npm create nuxt` fetches from GitHub, with a page of its own. */
const FILES = {
  'package.json': `{
  "name": "nuxt-app",
  "type": "module",
  "private": true,
  "scripts": {
    "build": "nuxt build",
    "dev": "nuxt dev",
    "generate": "nuxt generate",
    "preview": "nuxt preview",
    "postinstall": "nuxt prepare"
  },
  "dependencies": { "nuxt": "${NUXT}", "vue": "^3.5.38", "vue-router": "^5.1.0" }
}
`,
  'nuxt.config.ts': `export default defineNuxtConfig({
  compatibilityDate: '2025-07-15',
  devtools: { enabled: true }
})
`,
  'tsconfig.json': `{
  "files": [],
  "references": [
    { "path": "./.nuxt/tsconfig.app.json" },
    { "path": "./.nuxt/tsconfig.server.json" },
    { "path": "./.nuxt/tsconfig.shared.json" },
    { "path": "./.nuxt/tsconfig.node.json" }
  ]
}
`,
  '.gitignore': '.output\n.data\n.nuxt\n.nitro\n.cache\ndist\nnode_modules\n',
  'app/app.vue': `<template>
  <div>
    <NuxtRouteAnnouncer />
    <h1>Hello from Nuxt</h1>
  </div>
</template>
`,
  'public/robots.txt': 'User-Agent: *\nDisallow:\n',
};

export const project: Project = {
  title: 'Nuxt',
  madeBy: `nuxt ${NUXT}, by hand as its starter`,
  make: async (folder) => {
    await writeFiles(folder, FILES);
  },
  page: { path: '/', text: 'Hello from Nuxt' },
  asset: /^\/_nuxt\/.*\.js$/,
  change: {
    file: 'app/app.vue',
    from: 'Hello from Nuxt',
    to: 'Hello from FaaSO',
    text: 'Hello from FaaSO',
  },
  own: { install: ['npm', 'install'], build: ['npm', 'run', 'build'] },
  advice: {
    dockerfile: `FROM node:24-slim AS build
WORKDIR /app
COPY package.json ./
RUN npm install
COPY . .
RUN npm run build

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/.output ./.output
USER node
CMD ["node", ".output/server/index.mjs"]
`,
  },
};
