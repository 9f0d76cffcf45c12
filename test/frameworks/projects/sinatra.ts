import { withPackages } from '../debian.ts';
import { writeFiles } from '../files.ts';
import type { Project } from '../project.ts';

export const project: Project = {
  title: 'Sinatra',
  madeBy: "Sinatra's README with a layout and public/, Debian's ruby-sinatra 4.1",
  make: async (folder) => {
    await writeFiles(folder, {
      Gemfile: "source 'https://rubygems.org'\n\ngem 'sinatra'\ngem 'rackup'\ngem 'puma'\n",
      'config.ru': "require './app'\nrun Sinatra::Application\n",
      'app.rb': "require 'sinatra'\n\nget '/' do\n  erb '<h1>Hello world!</h1>'\nend\n",
      'views/layout.erb':
        '<!DOCTYPE html>\n<link rel="stylesheet" href="<%= url(\'/style.css\') %>">\n<%= yield %>\n',
      'public/style.css': 'h1 { color: green }\n',
      // No index of gems is in reach: they are Debian's.
      Aptfile: 'ruby-sinatra\nruby-rackup\n',
    });
  },
  page: { path: '/', text: 'Hello world!' },
  asset: /^\/style\.css$/,
  change: { file: 'app.rb', from: 'Hello world!', to: 'Hello FaaSO!', text: 'Hello FaaSO!' },
  advice: {
    dockerfile: `${withPackages('ruby-sinatra', 'ruby-rackup', 'puma', 'bundler')}WORKDIR /app
COPY . .
CMD ["bundle", "exec", "rackup", "--host", "0.0.0.0", "--port", "4567"]
`,
  },
};
