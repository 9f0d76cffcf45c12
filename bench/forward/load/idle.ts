/**
 * Opens connections, asks once on each, and then holds them: `node idle.ts URL COUNT BYTES`. Prints `open`; after a line
 * on stdin it asks once more on each and prints `done`.
 */
import { once } from 'node:events';
import { askAll, openAll } from './connection.ts';

const [url = '', count, bytes] = process.argv.slice(2);
const connections = await openAll(url, Number(count), Number(bytes));
console.log('open');
await once(process.stdin, 'data');
await askAll(connections, Number(bytes));
console.log('done');
process.exit();
