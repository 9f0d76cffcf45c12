/** An error whose message is all that a person needs: the log shows no stack. */
export class PlainError extends Error {
  isPlain = true;

  /**
   * @param status what a client gets
   * @param isHint whether the program may still fix it, by listening itself
   * @param exportsSomething whether the module has exports at all
   */
  constructor(message, { status = 500, isHint = false, exportsSomething = false } = {}) {
    super(message);
    Object.assign(this, { status, isHint, exportsSomething });
  }
}
