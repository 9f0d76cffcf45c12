/** Fake funkos that keep what they are asked, and whose `build` and `up` can be replaced. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FunkoApi } from '../../../src/api/funko-api.ts';
import { FakeFunkos, statusOf } from './fake-funkos.ts';

export class RecordingFunkos extends FakeFunkos {
  /** What came from outside, the method first: `up {"name":"hello"}`. */
  readonly calls: string[] = [];
  /** The bytes of the last build context. */
  context = Buffer.alloc(0);
  onBuild: FunkoApi['build'] = async (request, onEvent, signal) => {
    this.context = await buffer(request.context);
    return super.build({ ...request, context: Readable.from([this.context]) }, onEvent, signal);
  };
  onUp: FunkoApi['up'] = async (request, onEvent) => super.up(request, onEvent);

  /** There is the funko `hello`. */
  static create(): RecordingFunkos {
    const funkos = new RecordingFunkos();
    funkos.known.set('hello', statusOf('hello'));
    return new Proxy(funkos, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]): unknown => {
          target.calls.push([String(key), ...given.flatMap(wordsOf)].join(' '));
          return Reflect.apply(value, target, given);
        };
      },
    });
  }

  override async build(...given: Parameters<FunkoApi['build']>): ReturnType<FunkoApi['build']> {
    return this.onBuild(...given);
  }

  override async up(...given: Parameters<FunkoApi['up']>): ReturnType<FunkoApi['up']> {
    return this.onUp(...given);
  }
}

/** Of what a method is given, its request; of a build's request the name and the health path. */
function wordsOf(given: unknown): string[] {
  if (typeof given === 'string') return [given];
  if (typeof given !== 'object' || given === null || given instanceof AbortSignal || 'stdin' in given)
    return [];
  if (!('context' in given)) return [JSON.stringify(given)];
  const { manifest, health } = given as { manifest?: { name: string }; health?: string };
  return [manifest?.name ?? '', health ?? ''];
}
