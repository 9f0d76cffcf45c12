/** What is gone after `down` and `remove`. */

export interface DownResult {
  readonly funko: string;
  readonly removed: readonly string[];
}

export interface RemoveResult extends DownResult {
  /** Tags, e.g. `faaso-hello:v2`. */
  readonly images: readonly string[];
  /** Whether it had secrets, which are gone too. */
  readonly secrets: boolean;
  /** The volumes of its funko.yml, which stay. */
  readonly volumes: readonly string[];
  /** Tags that stay since an unmanaged container uses the image, each with that container's name. */
  readonly kept: readonly { readonly image: string; readonly usedBy: string }[];
}
