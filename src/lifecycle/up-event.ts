/** What happens while a version goes into service. */

export type UpEvent =
  | { readonly type: 'starting'; readonly instance: string; readonly version: string }
  | { readonly type: 'ready'; readonly instance: string; readonly seconds: number }
  /** `withinSeconds` is how long its requests may take; a server from before that does not tell. */
  | { readonly type: 'draining'; readonly instance: string; readonly withinSeconds?: number }
  | { readonly type: 'removed'; readonly instance: string }
  /** Something that does not keep the version from service. */
  | { readonly type: 'warning'; readonly message: string };
