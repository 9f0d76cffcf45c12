/** As much JSON Schema as FaaSO's own schemas and a runtime's options use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  /** FaaSO's own keyword: what an option of a runtime is for, in a sentence. */
  readonly help?: string;
  /** FaaSO's own keyword: what is allowed, in words, to be read after "must be". */
  readonly allowed?: string;
  /** FaaSO's own keyword: words that people write for a key, each with the key, or with a sentence that says what to do. */
  readonly meant?: Readonly<Record<string, string>>;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly not?: Schema;
  readonly const?: unknown;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: boolean | Schema;
}
