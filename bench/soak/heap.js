// Runs in each of the proxy's processes: how much of its heap is in use, once a second, in a file named after it.
import { writeFileSync } from 'node:fs';

setInterval(() => {
  writeFileSync(`/tmp/heap-${process.pid}`, String(process.memoryUsage().heapUsed));
}, 1000).unref();
