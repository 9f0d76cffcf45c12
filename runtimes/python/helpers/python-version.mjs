// Whether a project allows the runtime's Python.

const HERE = [3, 13];
const CLAUSE = /^(>=|<=|<|>|==|=|!=|~=|\^|~)?\s*v?(\d+)(?:\.(\d+))?(\.[\d*]+)*$/;
const PLACES = [/^requires-python\s*=\s*["']([^"']+)["']/m, /^\[tool\.poetry\.dependencies\][^[]*?^python\s*=\s*["']([^"']+)["']/m];

/** Warns of a pyproject.toml that leaves the runtime's Python out. */
export function checkPython({ text, warn }) {
  const pyproject = text('pyproject.toml') ?? '';
  const wanted = PLACES.map((place) => place.exec(pyproject)?.[1]).find((found) => found !== undefined);
  if (wanted !== undefined && !allows(wanted))
    warn(
      `pyproject.toml: it asks for Python ${wanted}, and the runtime "python" has ${HERE.join('.')}; if it does not run on that, ` +
        'write a Dockerfile of your own, e.g. FROM python:3.12-slim',
    );
}

/** One of the alternatives holds; what can't be read counts as if it did. */
function allows(wanted) {
  return wanted.split('||').some((all) => all.split(',').every((clause) => holds(clause.trim())));
}

function holds(clause) {
  const [, operator = '==', major, minor, patch] = CLAUSE.exec(clause) ?? [];
  if (major === undefined) return true;
  // Of `3` the minor version may be any.
  const difference = HERE[0] - Number(major) || (minor === undefined ? 0 : HERE[1] - Number(minor));
  const isPatch = patch !== undefined && patch !== '.*' && patch !== '.0';
  if (operator === '<') return difference < 0 || (difference === 0 && isPatch);
  if (operator === '<=' || operator === '>=') return operator === '<=' ? difference <= 0 : difference >= 0;
  if (operator === '>') return difference > 0 || (difference === 0 && patch !== '.*');
  if (operator === '!=') return difference !== 0 || isPatch;
  const isOpen = operator === '^' || (operator === '~=' && patch === undefined);
  return isOpen ? Number(major) === HERE[0] && difference >= 0 : difference === 0;
}
