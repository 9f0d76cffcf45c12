import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPackages } from '../debian.ts';
import type { Project } from '../project.ts';

const APP = `from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def root():
    return {"message": "Hello World"}
`;

export const project: Project = {
  title: 'FastAPI',
  madeBy: "the documentation's first steps, Debian's python3-fastapi 0.115",
  make: async (folder) => {
    await mkdir(folder);
    await writeFile(join(folder, 'main.py'), APP);
  },
  page: { path: '/', text: 'Hello World' },
  change: { file: 'main.py', from: 'Hello World', to: 'Hello FaaSO', text: 'Hello FaaSO' },
  advice: {
    dockerfile: `${withPackages('python3-fastapi', 'python3-uvicorn')}WORKDIR /code
COPY . .
CMD ["python3", "-m", "uvicorn", "main:app", "--host", "0.0.0.0", "--port", "80"]
`,
  },
};
