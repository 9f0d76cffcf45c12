/** What happens while a version goes into service. */

export type UpEvent =
  /** The release command of a new version begins; `instance` is its container's name. */
  | {
      readonly type: 'releasing';
      readonly instance: string;
      readonly version: string;
      readonly command: string;
    }
  /** What it writes: a line, or a piece of a very long one. */
  | {
      readonly type: 'log';
      readonly instance: string;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
    }
  /** It has succeeded. */
  | { readonly type: 'released'; readonly instance: string; readonly seconds: number }
  | { readonly type: 'starting'; readonly instance: string; readonly version: string }
  | { readonly type: 'ready'; readonly instance: string; readonly seconds: number }
  /** `withinSeconds` is how long its requests may take; a server from before that does not tell. */
  | { readonly type: 'draining'; readonly instance: string; readonly withinSeconds?: number }
  | { readonly type: 'removed'; readonly instance: string }
  /** Something that does not keep the version from service. */
  | { readonly type: 'warning'; readonly message: string };
