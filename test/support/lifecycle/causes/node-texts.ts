/** Of Node.js: what is not built, missing packages, the wrong Node.js. */
import type { Text } from './text.ts';

const trace = `    at Module._resolveFilename (node:internal/modules/cjs/loader:1564:15)
    at Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:154:5)`;

export const NODE_TEXTS: readonly Text[] = [
  {
    what: 'a command of the devDependencies',
    log: '> x@1.0.0 start\n> nodemon index.js\n\nsh: 1: nodemon: not found',
    help: /"nodemon" is of a package that is not installed.*devDependencies/,
  },
  {
    what: 'Next.js that is not built',
    log: `   ▲ Next.js 15.5.4
Error: Could not find a production build in the '.next' directory. Try building your app with 'next build' before starting the production server. https://nextjs.org/docs/messages/production-start-no-build-id
    at ignore-listed frames`,
    help: /not built: the image has no "\.next".*"npm run build"/,
  },
  {
    what: 'Nest that is not built',
    log: `Error: Cannot find module '/funko/dist/main'
${trace} {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v24.21.0`,
    help: /not built: the image has no \/funko\/dist\/main\./,
  },
  {
    what: 'Nuxt that is not built',
    log: `Error: Cannot find module '/funko/.output/server/index.mjs'\n${trace}`,
    help: /not built: the image has no \/funko\/\.output\/server\/index\.mjs\./,
  },
  {
    what: 'a server of Vite whose bundle is not built',
    log: "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/funko/dist/server/entry-server.js' imported from /funko/server.js",
    help: /not built: the image has no \/funko\/dist\/server/,
  },
  {
    what: 'a template that a build writes',
    log: "Error: ENOENT: no such file or directory, open './dist/client/index.html'",
    help: /not built: the image has no \.\/dist\/client\/index\.html/,
  },
  {
    what: 'vite preview with nothing built',
    log: 'error when starting preview server:\nError: The directory "dist" does not exist. Did you build your project?',
    help: /not built: the image has no "dist"/,
  },
  {
    what: 'Laravel without its front end',
    log: '[2026-12-01 10:00:00] production.ERROR: Vite manifest not found at: /funko/public/build/manifest.json {"exception"',
    help: /front end is not built.*manifest\.json/,
  },
  {
    what: 'Django without collected files',
    log: "ValueError: Missing staticfiles manifest entry for 'admin/css/base.css'",
    help: /collectstatic/,
  },
  {
    what: 'a jar that is not there',
    log: 'Error: Unable to access jarfile target/app.jar',
    help: /no target\/app\.jar/,
  },
  {
    what: 'a jar without a main class',
    log: 'no main manifest attribute, in app.jar',
    help: /^app\.jar does not say which class/,
  },
  {
    what: 'an import without an extension among compiled files',
    log: "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/funko/dist/routes' imported from /funko/dist/main.js",
    help: /^\/funko\/dist\/main\.js imports "\/funko\/dist\/routes".*extension/,
  },
  {
    what: 'an import of a file that is not there',
    log: "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/funko/lib/db' imported from /funko/index.mjs",
    help: /^\/funko\/index\.mjs imports "\/funko\/lib\/db"/,
  },
  {
    what: 'a package that is required and not installed',
    log: `Error: Cannot find module 'express'\nRequire stack:\n- /funko/index.js\n${trace} {\n  code: 'MODULE_NOT_FOUND',`,
    help: /package "express" is not installed.*npm install express/,
  },
  {
    what: 'a package that is imported and not installed',
    log: "Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@hono/node-server' imported from /funko/index.mjs",
    help: /package "@hono\/node-server" is not installed/,
  },
  {
    what: 'a file of a package that is not installed',
    log: "Error: Cannot find module 'lodash/fp'",
    help: /package "lodash" is not installed/,
  },
  {
    what: 'a file that is required and not there',
    log: "Error: Cannot find module './Routes/user'\nRequire stack:\n- /funko/index.js",
    help: /no file \.\/Routes\/user/,
  },
  {
    what: 'packages of another system',
    log: 'Error: Cannot find module @rollup/rollup-linux-x64-gnu. npm has a bug related to optional dependencies',
    help: /another system.*node_modules/,
  },
  {
    what: 'a package of another Node.js',
    log: `Error: The module '/funko/node_modules/better-sqlite3/build/Release/better_sqlite3.node'
was compiled against a different Node.js version using
NODE_MODULE_VERSION 115. This version of Node.js requires
NODE_MODULE_VERSION 137. Please try re-compiling or re-installing`,
    help: /another Node\.js were copied.*node_modules/,
  },
  {
    what: 'a package of another processor',
    log: 'Error: /funko/node_modules/bcrypt/lib/binding/napi-v3/bcrypt_lib.node: invalid ELF header',
    help: /node_modules/,
  },
  {
    what: 'Next.js on an old Node.js',
    log: 'You are using Node.js 18.17.0. For Next.js, Node.js version "^18.18.0 || ^19.8.0 || >= 20.0.0" is required.',
    help: /wants Node\.js \^18\.18\.0/,
  },
  {
    what: 'Vite on an old Node.js',
    log: 'You are using Node.js 20.10.0. Vite requires Node.js version 20.19+ or 22.12+. Please upgrade your Node.js version.',
    help: /wants Node\.js 20\.19\+ or 22\.12\+\. The runtime/,
  },
  {
    what: 'engines in package.json that are enforced',
    log: `npm error code EBADENGINE
npm error engine Unsupported engine
npm error engine Not compatible with your version of node/npm: shop@1.0.0
npm error notsup Required: {"node":">=26"}`,
    help: /wants another Node\.js/,
  },
  {
    what: 'a module that a newer Node.js has',
    log: 'Error [ERR_UNKNOWN_BUILTIN_MODULE]: No such built-in module: node:ffi',
    help: /no module node:ffi/,
  },
  {
    what: 'an ES module that is taken for CommonJS',
    log: `/funko/index.cjs:1\nimport x from 'y'\n^^^^^^\n\nSyntaxError: Cannot use import statement outside a module`,
    help: /"type": "module"/,
  },
  {
    what: 'CommonJS that is taken for an ES module',
    log: 'ReferenceError: require is not defined in ES module scope, you can use import instead',
    help: /\.cjs, or use import in place of require/,
  },
  {
    what: 'TypeScript that has to be compiled',
    log: 'SyntaxError [ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX]: TypeScript enum is not supported in strip-only mode',
    help: /no enums.*"build"/,
  },
  {
    what: 'JSX that has to be compiled',
    log: "/funko/app.tsx:1\nconst x = <a/>\n          ^\n\nSyntaxError: Unexpected token '<'",
    help: /JSX/,
  },
  { what: 'a program for Bun', log: 'ReferenceError: Bun is not defined', help: /written for Bun/ },
  {
    what: 'a script that package.json lacks',
    log: 'npm error Missing script: "start"\nnpm error\nnpm error Did you mean one of these?',
    help: /no such script \(start\)/,
  },
];
