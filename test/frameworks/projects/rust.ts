import { byDebian, withPackages } from '../debian.ts';
import { madeByFaaso } from '../made-by-faaso.ts';
import type { Project } from '../project.ts';

const PACKAGES = ['cargo'];

export const project: Project = {
  title: 'Rust',
  madeBy: '`faaso new -r rust`, without its funko.yml',
  make: madeByFaaso('rust'),
  contract: 'rust',
  page: { path: '/', text: 'Hello, world!' },
  change: {
    file: 'src/main.rs',
    from: '{greeting}, {name}!',
    to: '{greeting}, dear {name}!',
    text: 'Hello, dear world!',
  },
  own: { build: byDebian(PACKAGES, 'cargo build --release') },
  advice: {
    dockerfile: `${withPackages(...PACKAGES).replace('\n', ' AS build\n')}WORKDIR /usr/src/app
COPY . .
RUN cargo build --release && cp "target/release/$(sed -n 's/^name = "\\(.*\\)"/\\1/p' Cargo.toml)" /app
FROM debian:trixie-slim
COPY --from=build /app /usr/local/bin/app
CMD ["app"]
`,
  },
};
