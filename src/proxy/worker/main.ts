/** A worker process: the parent starts it with its settings as the only argument. */
import { runWorker, type WorkerSettings } from './session.ts';

runWorker(JSON.parse(process.argv[2] ?? 'null') as WorkerSettings);
