/** Single requests, over connections that are kept and over new ones. A failure is an answer too. */
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  /** 0: there was none. */
  readonly status: number;
  /** Or what went wrong. */
  readonly body: string;
}

const PIECE_EVERY_MS = 10;
/** Nothing here takes so long: what hangs is a failure. */
const ANSWER_WITHIN_MS = 20_000;

export class Connections {
  readonly #url: string;
  readonly #agents = { kept: new Agent({ keepAlive: true }), fresh: new Agent({ keepAlive: false }) };

  constructor(url: string) {
    this.#url = url;
  }

  async get(kind: 'kept' | 'fresh'): Promise<Answer> {
    const question = request(this.#url, {
      agent: this.#agents[kind],
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = answerTo(question);
    question.end();
    return answer;
  }

  /** Sends a body in pieces, with a pause between them. */
  async upload(body: Buffer, pieces: number): Promise<Answer> {
    const headers = { 'content-length': body.length };
    const question = request(this.#url, {
      method: 'POST',
      agent: this.#agents.kept,
      headers,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = answerTo(question);
    const size = Math.ceil(body.length / pieces);
    for (let at = 0; at < body.length && !question.destroyed; at += size) {
      question.write(body.subarray(at, at + size));
      await sleep(PIECE_EVERY_MS);
    }
    question.end();
    return answer;
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}

async function answerTo(question: ClientRequest): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve({ status: 0, body: `${error.name}: ${error.message}` });
    question.once('error', failed);
    question.once('response', (response: IncomingMessage) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('error', failed);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}
