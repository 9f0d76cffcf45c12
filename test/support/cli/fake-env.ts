/** The variables of a fake server's funkos: `GREETING` from funko.yml, and what was set. */
import type { EnvRequest, EnvResult, EnvVariable } from '../../../src/api/funko-api.ts';

export class FakeEnv {
  readonly envRequests: EnvRequest[] = [];
  inService = true;
  #set: Record<string, string> = {};
  #version = 2;

  async env(request: EnvRequest): Promise<EnvResult> {
    this.envRequests.push(request);
    const { name: funko, set, unset = [] } = request;
    const isChange = set !== undefined || unset.length > 0;
    const all = Object.entries({ ...this.#set, ...set }).filter(([key]) => !unset.includes(key));
    this.#set = Object.fromEntries(all);
    if (isChange) this.#version += 1;
    const variables = all.map(([key, value]): [string, EnvVariable] => [key, { value, from: 'set' }]);
    const env = {
      GREETING: { value: 'Hello', from: 'funko.yml' as const },
      ...Object.fromEntries(variables),
    };
    const inService = this.inService && !isChange;
    return Promise.resolve({ funko, version: `v${this.#version}`, inService, unchanged: !isChange, env });
  }
}
