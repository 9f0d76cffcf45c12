/** What the engine keeps of an image. */
import { spawn } from 'node:child_process';

/** Those of some texts that are anywhere in what the engine saves of an image: layers, history, settings. */
export async function foundIn(image: string, texts: readonly string[]): Promise<string[]> {
  const save = spawn('docker', ['image', 'save', image], { stdio: ['ignore', 'pipe', 'inherit'] });
  const found = new Set<string>();
  let before = '';
  for await (const chunk of save.stdout as AsyncIterable<Buffer>) {
    const now = before + chunk.toString('latin1');
    for (const text of texts) if (now.includes(text)) found.add(text);
    before = now.slice(-100);
  }
  return [...found];
}
