import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { writeFiles } from '../files.ts';
import { run, type Project } from '../project.ts';

const VERSION = '2.16.8';
/** The generator takes templates from GitHub, or from a folder. This one is as small as the documentation has it. */
const TEMPLATE = {
  'package.json': `{
  "private": true,
  "sideEffects": false,
  "type": "module",
  "scripts": {
    "build": "remix vite:build",
    "dev": "remix vite:dev",
    "start": "remix-serve ./build/server/index.js",
    "typecheck": "tsc"
  },
  "dependencies": {
    "@remix-run/node": "^${VERSION}",
    "@remix-run/react": "^${VERSION}",
    "@remix-run/serve": "^${VERSION}",
    "isbot": "^4.1.0",
    "react": "^18.2.0",
    "react-dom": "^18.2.0"
  },
  "devDependencies": {
    "@remix-run/dev": "^${VERSION}",
    "@types/react": "^18.2.20",
    "@types/react-dom": "^18.2.7",
    "typescript": "^5.1.6",
    "vite": "^6.0.0",
    "vite-tsconfig-paths": "^4.2.1"
  },
  "engines": {
    "node": ">=20.0.0"
  }
}
`,
  'vite.config.ts': `import { vitePlugin as remix } from '@remix-run/dev';
import { defineConfig } from 'vite';
import tsconfigPaths from 'vite-tsconfig-paths';

export default defineConfig({ plugins: [remix(), tsconfigPaths()] });
`,
  'tsconfig.json': `{
  "include": ["**/*.ts", "**/*.tsx"],
  "compilerOptions": {
    "lib": ["DOM", "DOM.Iterable", "ES2022"],
    "types": ["@remix-run/node", "vite/client"],
    "target": "ES2022",
    "module": "ES2022",
    "moduleResolution": "bundler",
    "jsx": "react-jsx",
    "noEmit": true,
    "skipLibCheck": true,
    "strict": true
  }
}
`,
  'app/root.tsx': `import { Links, Meta, Outlet, Scripts, ScrollRestoration } from '@remix-run/react';

export default function App() {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <Meta />
        <Links />
      </head>
      <body>
        <Outlet />
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  );
}
`,
  'app/routes/_index.tsx': `import type { ActionFunctionArgs } from '@remix-run/node';
import { Form, useActionData } from '@remix-run/react';

export async function action({ request }: ActionFunctionArgs) {
  const data = await request.formData();
  return { name: String(data.get('name')) };
}

export default function Home() {
  const sent = useActionData<typeof action>();
  return (
    <Form method="post">
      <h1>Hello from Remix</h1>
      <input name="name" />
      <button>Send</button>
      {sent && <p>Hello, {sent.name}</p>}
    </Form>
  );
}
`,
  '.gitignore': 'node_modules\n/.cache\n/build\n.env\n',
  'public/robots.txt': 'User-agent: *\nDisallow:\n',
};

export const project: Project = {
  title: 'Remix',
  madeBy: `create-remix ${VERSION} --template FOLDER`,
  make: async (folder) => {
    const template = `${folder}.template`;
    await writeFiles(template, TEMPLATE);
    const words = [basename(folder), '--yes', '--no-install', '--no-git-init', '--template', template];
    await run(dirname(folder), 'npx', `create-remix@${VERSION}`, ...words);
    await rm(template, { recursive: true });
  },
  page: { path: '/', text: 'Hello from Remix' },
  asset: /^\/assets\/.*\.js$/,
  change: {
    file: 'app/routes/_index.tsx',
    from: 'Hello from Remix',
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

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json ./
RUN npm install --omit=dev

FROM node:24-slim
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/build ./build
CMD ["npm", "run", "start"]
`,
  },
};
