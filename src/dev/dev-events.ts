/** What a session of `faaso dev` is asked for, and what it tells. */
import type { TrustCheck } from '../builder/runtime/runtime.ts';
import type { ChangeCause } from '../builder/changes.ts';
import type { FaasoError } from '../errors.ts';
import type { BuildingEvent } from '../api/funko-api.ts';
import type { Stream } from './dev-container.ts';
import type { DevSiteOptions } from './dev-site.ts';

export type DevEvent =
  | BuildingEvent
  /** An image is built, `because` of this; null at the start. */
  | { readonly type: 'building'; readonly because: ChangeCause | null }
  | { readonly type: 'reloading'; readonly paths: readonly string[] }
  | { readonly type: 'ready'; readonly seconds: number }
  /** The program ended by itself. */
  | { readonly type: 'ended'; readonly exitCode: number }
  | { readonly type: 'written'; readonly stream: Stream; readonly text: string }
  /** A change that could not be applied; the program that ran keeps running. */
  | { readonly type: 'problem'; readonly error: FaasoError };

export interface DevOptions extends DevSiteOptions {
  readonly folder: string;
  readonly runtimesFolder: string;
  /** Asked before a runtime that is named by a path is run; all are trusted if absent. */
  readonly trust?: TrustCheck | undefined;
  /** Of 127.0.0.1; the first that is free from 3000 on if absent. */
  readonly port?: number | undefined;
  readonly onEvent: (event: DevEvent) => void;
  /** Hears where it answers, for the whole session, before the first build. */
  readonly onStart: (started: { readonly funko: string; readonly url: string }) => void;
}
