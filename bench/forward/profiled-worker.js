// Takes the place of dist/proxy/worker/main.js: SIGUSR2 begins a CPU profile, and the next one writes it to /profiles.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { runWorker } from '/app/dist/proxy/worker/session.js';

const session = new Session();
session.connect();
let running = false;

process.on('SIGUSR2', async () => {
  running = !running;
  if (running) {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  } else {
    const { profile } = await session.post('Profiler.stop');
    const file = `/profiles/worker-${process.pid}.cpuprofile`;
    writeFileSync(`${file}.part`, JSON.stringify(profile));
    renameSync(`${file}.part`, file);
  }
});

runWorker(JSON.parse(process.argv[2] ?? 'null'));
