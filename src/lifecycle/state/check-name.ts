/** The names that FaaSO builds, checked where a name comes in. Pure. */
import { FaasoError } from '../../errors.ts';
import { NAME_RULE, isFunkoName } from '../../funko/naming/names.ts';

/** The name itself. Throws `bad_name`, saying what is allowed. */
export function checkName(name: string): string {
  if (isFunkoName(name)) return name;
  throw new FaasoError(
    'bad_name',
    `${JSON.stringify(name)} is not a valid funko name. Allowed: ${NAME_RULE}.`,
  );
}
