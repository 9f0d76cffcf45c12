/** What a question whether an instance is ready can meet, and what that says of its program. Pure. */

/**
 * `refused`: nothing accepts connections there. `closed`: a connection was accepted, and closed without an answer. `silent`: it was
 * accepted, and not answered in time. A number: the status of the answer, 400 or above.
 */
export type ProbeFailure = 'refused' | 'closed' | 'silent' | number;

/**
 * Why an instance is not ready, for a person.
 * @param port where it is asked, in its container
 * @param path its health path; empty if any answer will do
 */
export function describeProbeFailure(miss: ProbeFailure, port: number, path: string): string {
  const asked = path === '' ? `a request to port ${port}` : `GET ${path} on port ${port}`;
  const listen =
    `its program must listen on port ${port} of 0.0.0.0, not of 127.0.0.1 alone; ` +
    `for another port write "port: PORT" into funko.yml`;
  if (miss === 'refused') return `nothing accepts connections on port ${port}: ${listen}`;
  if (miss === 'closed') return `${asked} was closed without an answer: ${listen}`;
  if (miss === 'silent') return `${asked} gets a connection, but no answer`;
  return `${asked} is answered with ${miss}; healthcheck.path in funko.yml can name another path`;
}
