import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPackages } from '../debian.ts';
import type { Project } from '../project.ts';

const APP = `from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def homepage(request):
    return JSONResponse({'hello': 'world'})


app = Starlette(debug=True, routes=[
    Route('/', homepage),
])
`;

export const project: Project = {
  title: 'Starlette',
  madeBy: "the documentation's first page, Debian's python3-starlette 0.46",
  make: async (folder) => {
    await mkdir(folder);
    await writeFile(join(folder, 'main.py'), APP);
  },
  page: { path: '/', text: 'world' },
  change: { file: 'main.py', from: "'world'", to: "'FaaSO'", text: 'FaaSO' },
  advice: {
    dockerfile: `${withPackages('python3-starlette', 'python3-uvicorn')}WORKDIR /app
COPY . .
CMD ["python3", "-m", "uvicorn", "main:app", "--host", "0.0.0.0"]
`,
  },
};
