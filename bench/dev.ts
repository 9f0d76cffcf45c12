/**
 * From saving a file under `faaso dev` to the new answer: `npm run bench:dev`. The clock runs from the end of the save until a
 * request that was sent at once, and again while the answer is the old one, has the new answer. Prints Markdown.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dev, devName, homeWith } from '../test/support/cli/dev-harness.ts';
import { newHome, writeFunko, type Home } from '../test/support/cli/faaso.ts';
import { figuresOf, row } from './figures.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 15);
/** The log of the last round has been written by then, and nothing of it is left to do. */
const REST_MS = 300;

interface Case {
  readonly title: string;
  /** Makes the funko. */
  readonly make: (name: string) => Promise<Home>;
  readonly file: string;
  /** The file's text with which it answers this word. */
  readonly text: (word: string, before: string) => string;
}

const SERVER = `FROM node:24-slim
CMD ["node", "-e", "require('http').createServer((_, response) => response.end('WORD')).listen(3000)"]
`;

const CASES: readonly Case[] = [
  {
    title: 'node',
    make: async (name) => homeWith(name, 'node'),
    file: 'index.js',
    text: (word) => `export default (request, response) => response.end('${word}');\n`,
  },
  {
    title: 'python (Flask)',
    make: async (name) => homeWith(name, 'python'),
    file: 'app.py',
    text: (word, before) => before.replace(/return .*/, `return "${word}"`),
  },
  {
    title: 'its own Dockerfile, by a build',
    make: async (name) => {
      const home = await newHome();
      await writeFunko(home, name);
      await writeFile(home.path(name, 'Dockerfile'), SERVER);
      return home;
    },
    file: 'Dockerfile',
    text: (word) => SERVER.replace('WORD', word),
  },
];

async function measure({ make, file, text }: Case): Promise<number[]> {
  const name = devName('bench');
  await using home = await make(name);
  await using dev = new Dev(home, name);
  await dev.says(/ready {7}after/);
  const path = home.path(name, file);
  const before = await readFile(path, 'utf8');
  const times: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const word = `answer-${round}`;
    await sleep(REST_MS);
    await writeFile(path, text(word, before));
    const savedAt = performance.now();
    while ((await dev.ask().catch(() => []))[1] !== word) await sleep(1);
    times.push(performance.now() - savedAt);
  }
  return times;
}

console.log(row(['save → new answer, ms', 'median', 'p99', 'worst']));
console.log(row(['---', '---', '---', '---']));
for (const each of CASES) {
  const { count, median, p99, worst } = figuresOf(await measure(each));
  console.log(row([`${each.title}, ${count} rounds`, median, p99, worst]));
}
