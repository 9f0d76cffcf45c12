// Takes the place of dist/proxy/worker/main.js: a worker has no environment that could name heap.js.
import '/soak/heap.js';
import { runWorker } from '/app/dist/proxy/worker/session.js';

runWorker(JSON.parse(process.argv[2] ?? 'null'));
