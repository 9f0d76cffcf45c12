import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import { CONTAINER_BODY, type ContainerBody } from '../schemas/adopt.ts';
import { checker } from '../schemas/validation.ts';

const checkBody = checker(CONTAINER_BODY, 'the body');

/** `POST /admin/funkos/NAME/adopt`: makes a container an instance of the funko; answers with the result. */
export const adopt: Handler = async ({ request, reply, funko, signal }, { funkos }) => {
  const { container } = checkBody(await readJson(request)) as ContainerBody;
  reply.expectLines();
  reply.result(await funkos.adopt({ container, name: funko }, signal));
};

/** `POST /admin/release`: lets a container, or a funko's, go when its requests are answered; answers with the result. */
export const release: Handler = async ({ request, reply, signal }, { funkos }) => {
  const { container } = checkBody(await readJson(request)) as ContainerBody;
  reply.expectLines();
  reply.result(await funkos.release(container, signal));
};
