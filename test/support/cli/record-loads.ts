/** Imported before the CLI by start.test.ts: writes down which files it loads. */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const loaded: string[] = [];
registerHooks({
  load: (url, context, next) => {
    if (url.startsWith('file:')) loaded.push(fileURLToPath(url));
    return next(url, context);
  },
});
process.on('exit', () => writeFileSync(process.env['LOADED_FILES'] ?? '', loaded.join('\n')));
