/** The Dockerfile that bundlers' users are advised to write: Node.js builds, nginx serves. */
import type { Project } from './project.ts';

/** @param output the folder that the build makes, a pattern of COPY */
export function adviceFor(output: string): NonNullable<Project['advice']> {
  return {
    dockerfile: `FROM node:24-slim AS build
WORKDIR /app
COPY package*.json ./
RUN npm install
COPY . .
RUN npm run build

FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /app/${output}/ /var/www/html/
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]
`,
    dockerignore: 'node_modules\ndist\n.git\n',
  };
}
