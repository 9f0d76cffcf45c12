import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { writeFiles } from '../files.ts';
import { run, type Project } from '../project.ts';

const VERSION = '8.4.0';
/** The generator takes templates from GitHub, or from a folder. This one is as small as the documentation has it. */
const TEMPLATE = {
  'package.json': `{
  "private": true,
  "type": "module",
  "scripts": {
    "build": "react-router build",
    "dev": "react-router dev",
    "start": "react-router-serve ./build/server/index.js",
    "typecheck": "react-router typegen && tsc"
  },
  "dependencies": {
    "@react-router/node": "${VERSION}",
    "@react-router/serve": "${VERSION}",
    "isbot": "^5.1.36",
    "react": "^19.2.7",
    "react-dom": "^19.2.7",
    "react-router": "${VERSION}"
  },
  "devDependencies": {
    "@react-router/dev": "${VERSION}",
    "@types/node": "^24",
    "@types/react": "^19.2.14",
    "@types/react-dom": "^19.2.3",
    "typescript": "^5.9.3",
    "vite": "^8.0.3"
  }
}
`,
  'vite.config.ts': `import { reactRouter } from '@react-router/dev/vite';
import { defineConfig } from 'vite';

export default defineConfig({ plugins: [reactRouter()] });
`,
  'tsconfig.json': `{
  "include": ["**/*", ".react-router/types/**/*"],
  "compilerOptions": {
    "lib": ["DOM", "DOM.Iterable", "ES2022"],
    "types": ["node", "vite/client"],
    "target": "ES2022",
    "module": "ES2022",
    "moduleResolution": "bundler",
    "jsx": "react-jsx",
    "rootDirs": [".", "./.react-router/types"],
    "noEmit": true,
    "skipLibCheck": true,
    "strict": true
  }
}
`,
  'app/routes.ts': `import { index } from '@react-router/dev/routes';

export default [index('routes/home.tsx')];
`,
  'app/root.tsx': `import { Links, Meta, Outlet, Scripts, ScrollRestoration } from 'react-router';

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
  'app/routes/home.tsx': `import { Form, useActionData } from 'react-router';

export async function action({ request }: { request: Request }) {
  const data = await request.formData();
  return { name: String(data.get('name')) };
}

export default function Home() {
  const sent = useActionData<typeof action>();
  return (
    <Form method="post">
      <h1>Hello from React Router</h1>
      <input name="name" />
      <button>Send</button>
      {sent && <p>Hello, {sent.name}</p>}
    </Form>
  );
}
`,
  '.gitignore': '/node_modules/\n/.react-router/\n/build/\n',
  'public/robots.txt': 'User-agent: *\nDisallow:\n',
};

export const project: Project = {
  title: 'React Router (framework)',
  madeBy: `create-react-router ${VERSION} --template FOLDER`,
  make: async (folder) => {
    const template = `${folder}.template`;
    await writeFiles(template, TEMPLATE);
    const words = [basename(folder), '--yes', '--no-install', '--no-git-init', '--template', template];
    await run(dirname(folder), 'npx', `create-react-router@${VERSION}`, ...words);
    await rm(template, { recursive: true });
  },
  page: { path: '/', text: 'Hello from React Router' },
  asset: /^\/assets\/.*\.js$/,
  change: {
    file: 'app/routes/home.tsx',
    from: 'Hello from React Router',
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
