/** What can be asked of a funko's environment variables. */

export interface EnvRequest {
  readonly name: string;
  /** Values to set; with neither these nor `unset` the variables are only told. */
  readonly set?: Readonly<Record<string, string>>;
  /** Names whose set values go; what funko.yml says holds again. */
  readonly unset?: readonly string[];
}

export interface EnvVariable {
  readonly value: string;
  /** Where it comes from: the funko.yml that the version was built with, or `faaso env set`. */
  readonly from: 'funko.yml' | 'set';
}

export interface EnvResult {
  readonly funko: string;
  /** The version that has these variables. */
  readonly version: string;
  /** Whether that version is in service. */
  readonly inService: boolean;
  /** True if nothing was changed, and no version was made. */
  readonly unchanged: boolean;
  readonly env: Readonly<Record<string, EnvVariable>>;
}
