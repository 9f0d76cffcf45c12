import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPackages } from '../debian.ts';
import type { Project } from '../project.ts';

const APP = `from flask import Flask
from flask import render_template

app = Flask(__name__)

@app.route('/hello/')
@app.route('/hello/<name>')
def hello(name=None):
    return render_template('hello.html', person=name)
`;
const TEMPLATE = `<!doctype html>
<title>Hello from Flask</title>
<link rel="stylesheet" href="{{ url_for('static', filename='style.css') }}">
{% if person %}
  <h1>Hello {{ person }}!</h1>
{% else %}
  <h1>Hello, World!</h1>
{% endif %}
`;

export const project: Project = {
  title: 'Flask',
  madeBy: "the documentation's quickstart, Debian's python3-flask 3.1",
  make: async (folder) => {
    await mkdir(join(folder, 'templates'), { recursive: true });
    await mkdir(join(folder, 'static'));
    await writeFile(join(folder, 'hello.py'), APP);
    await writeFile(join(folder, 'templates/hello.html'), TEMPLATE);
    await writeFile(join(folder, 'static/style.css'), 'h1 { color: teal; }\n');
  },
  page: { path: '/hello/', text: 'Hello, World!' },
  asset: /^\/static\/style\.css$/,
  change: {
    file: 'templates/hello.html',
    from: 'Hello, World!',
    to: 'Hello, FaaSO!',
    text: 'Hello, FaaSO!',
  },
  advice: {
    dockerfile: `${withPackages('python3-flask', 'gunicorn')}WORKDIR /app
COPY . .
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "4", "hello:app"]
`,
  },
};
