/**
 * dockerode as FaaSO uses it: over a Unix socket. Loaded as it is, it brings an SSH client, a gRPC server and what packs folders along,
 * 13 MB in memory that nothing here calls; the process that holds the engine is better off without them, and commands start sooner.
 */
import { createRequire, Module } from 'node:module';
import type Docker from 'dockerode';

const UNUSED = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'tar-fs', '@balena/dockerignore'];

const require = createRequire(import.meta.url);

/** The class of dockerode. */
export const Dockerode = load();

function load(): typeof Docker {
  // Found from dockerode's own place, where they may lie beside or below it.
  const modem = createRequire(require.resolve('dockerode')).resolve('docker-modem');
  for (const name of UNUSED) {
    const path = createRequire(name === 'ssh2' ? modem : require.resolve('dockerode')).resolve(name);
    if (require.cache[path]) continue;
    const empty = new Module(path);
    empty.loaded = true;
    require.cache[path] = empty;
  }
  return require('dockerode') as typeof Docker;
}
