/** Takes away what is left of a funko: its containers, then its images. */
import { docker, dockerQuietly } from '../engine/docker-cli.ts';

/** `await using _ = removeFunko(name)`: at the end of the block nothing is left of it. */
export function removeFunko(name: string): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      const label = `label=faaso.funko=${name}`;
      const containers = await docker('ps', '--all', '--quiet', '--filter', label);
      if (containers !== '') await dockerQuietly('rm', '--force', '--volumes', ...containers.split('\n'));
      const images = await docker('image', 'ls', '--all', '--quiet', '--filter', label);
      if (images !== '') await dockerQuietly('image', 'rm', '--force', ...new Set(images.split('\n')));
    },
  };
}
