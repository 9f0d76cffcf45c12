/** A refusal of the admin API whose HTTP status says more than its code, or that needs a header of its own. */
import type { OutgoingHttpHeaders } from 'node:http';
import { FaasoError, type ErrorCode } from '../../errors.ts';

export class AdminRefusal extends FaasoError {
  readonly status: number | undefined;
  readonly headers: OutgoingHttpHeaders;

  /** @param options.status instead of the code's own */
  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly status?: number; readonly headers?: OutgoingHttpHeaders } = {},
  ) {
    super(code, message);
    this.status = options.status;
    this.headers = options.headers ?? {};
  }
}
