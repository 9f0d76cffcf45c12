import { mkdir } from 'node:fs/promises';
import { imageOf, runOfDebian, withPackages } from '../debian.ts';
import { writeFiles } from '../files.ts';
import { edit, type Project } from '../project.ts';

/** The gems of the Gemfile that `rails new` makes, in Debian's versions. */
const GEMS = ['ruby-rails', 'ruby-sqlite3', 'ruby-bootsnap', 'ruby-jbuilder', 'ruby-rails-propshaft'];
const PACKAGES = [...GEMS, 'puma', 'bundler'];
/** What Debian has no package for is skipped: importmap, Turbo and Stimulus, and tools for development. */
const SKIPPED = ['javascript', 'dev-gems', 'rubocop', 'brakeman', 'test', 'docker', 'git'];
const NEW = `rails new . --name shop --asset-pipeline propshaft ${SKIPPED.map((each) => `--skip-${each}`).join(' ')}`;
const ENV = 'HOME=/tmp RAILS_ENV=production SECRET_KEY_BASE_DUMMY=1';
const PRECOMPILE = `docker run --rm --volume "$PWD:/project" --workdir /project ${imageOf(PACKAGES)}`;

export const project: Project = {
  title: 'Rails',
  madeBy: "rails new, Debian's ruby-rails 7.2",
  make: async (folder) => {
    await mkdir(folder);
    const generate = 'bundle exec rails generate controller home index --no-helper';
    await runOfDebian(folder, PACKAGES, 'sh', '-ec', `export HOME=/tmp; ${NEW}; ${generate}`);
    await edit(folder, 'config/routes.rb', '# root "posts#index"', 'root "home#index"');
    // No index of gems is in reach: they are Debian's.
    await writeFiles(folder, { Aptfile: `${GEMS.join('\n')}\n` });
  },
  page: { path: '/', text: 'Find me in app/views/home/index.html.erb' },
  asset: /^\/assets\/application-\w+\.css$/,
  change: {
    file: 'app/views/home/index.html.erb',
    from: 'Find me in',
    to: 'It is in',
    text: 'It is in app/views/home/index.html.erb',
  },
  own: { build: ['sh', '-c', `${PRECOMPILE} sh -ec 'export ${ENV}; bundle exec rails assets:precompile'`] },
  // The one that `rails new` makes, on Debian's Ruby.
  advice: {
    dockerfile: `${withPackages(...PACKAGES, 'curl', 'libjemalloc2', 'sqlite3')}WORKDIR /rails
ENV ${ENV} BUNDLE_WITHOUT=development
COPY . .
RUN bundle exec rails assets:precompile
EXPOSE 3000
CMD ["./bin/rails", "server"]
`,
  },
};
