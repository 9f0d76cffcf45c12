/** How a change gets into a container that runs, as the runtime declares it under `dev:` in runtime.yml. Pure. */
import { posix } from 'node:path';
import { readIgnores } from '../ignore/dockerignore.ts';
import { RUNTIME_FILE, type Runtime } from './runtime.ts';
import { renderTemplate, type TemplateData } from './template.ts';

/** The same for one funko. */
export interface DevRules {
  readonly reload: string;
  /** Where a path of the build context lies in the container; undefined if only a build brings it there. */
  placeOf(path: string): string | undefined;
}

/** The rules for a funko whose templates see this; null if the runtime declares none. Throws `bad_runtime`. */
export function devRulesOf({ dev, folder }: Runtime, data: TemplateData): DevRules | null {
  if (!dev) return null;
  const file = `${folder}/${RUNTIME_FILE}`;
  const rendered = dev.sync.map(({ from, to }) => {
    const path = renderTemplate(from, file, data);
    return { from: path === '' ? '' : posix.join(path, '.'), to };
  });
  const places = rendered.filter(({ from }) => from !== '');
  const built = readIgnores(dev.rebuild.join('\n'), `${file}: dev.rebuild`);
  return {
    reload: dev.reload,
    placeOf: (path) => {
      if (built.ignores(path, false)) return undefined;
      const place = places.find(({ from }) => from === '.' || path === from || path.startsWith(`${from}/`));
      return place && posix.join(place.to, place.from === '.' ? path : path.slice(place.from.length));
    },
  };
}
