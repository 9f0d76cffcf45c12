/**
 * In which cgroup of the engine's host the steps of builds run. BuildKit counts its path into the cache key of each RUN step: whoever
 * builds with the same path shares the build cache. So it is one fixed path, the same for a server and for `--local`.
 */

export const DEFAULT_BUILD_CGROUP = '/faaso-builds';
/** The value of FAASO_BUILD_CGROUP that leaves builds where the engine puts them. */
const ENGINES_OWN = 'none';

/** What FAASO_BUILD_CGROUP may be, for messages. */
export const BUILD_CGROUP_RULE = `an absolute path such as ${DEFAULT_BUILD_CGROUP}, or ${ENGINES_OWN}`;
/** Its names begin with a letter, a digit or `_`: so there is no `..` among them. */
export const BUILD_CGROUP_PATTERN = /^(?=.{1,200}$)(?:none|(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+)$/;

/** The path that a value of FAASO_BUILD_CGROUP stands for; null: the engine's own choice. */
export function buildCgroupOf(setting: string): string | null {
  return setting === ENGINES_OWN ? null : setting;
}
