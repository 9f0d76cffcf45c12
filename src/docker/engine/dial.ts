/** Requests to the engine that dockerode has no call for, or one that does not send all that it is given. */
import type Docker from 'dockerode';

interface Modem {
  dial(request: object, done: (error: Error | null, answer: unknown) => void): void;
}

/**
 * Sends one request.
 * @param request as docker-modem wants it; options reach the query only if the path ends with `?`
 * @returns the engine's JSON, or the answer itself where `isStream` says so
 * Throws what docker-modem throws: for use inside of `Engine.call`.
 */
export async function dial(docker: Docker, request: object): Promise<unknown> {
  const modem = docker.modem as Modem;
  return new Promise((resolve, reject) => {
    modem.dial(request, (error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}
