/** What all containers of a version have in common, whichever of its programs they run. Pure. */
import type { InstanceSpec } from '../../docker/create-options.ts';
import { containerRules, type ContainerRules } from '../../funko/container-rules.ts';
import { listening } from '../../funko/listening.ts';
import type { Manifest } from '../../funko/manifest/manifest.ts';
import { trafficLabel } from '../../funko/traffic-rules.ts';
import { manifestOf } from '../state/manifest-of.ts';
import type { OperationContext } from '../context.ts';
import type { Version } from '../state/version-list.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { formatVersion } from '../../funko/naming/version.ts';

type VersionSpec = Pick<InstanceSpec, 'image' | 'labels' | 'env' | 'network'> & {
  readonly rules: ContainerRules;
};

/** Its image, labels, environment, rules and network. Throws `bad_manifest`. */
export function versionSpec(
  { network }: Pick<OperationContext, 'network'>,
  funko: string,
  version: Version,
): VersionSpec {
  const manifest = manifestOf(version);
  return {
    // By its tag, so that `docker ps` shows which version runs.
    image: version.tag,
    // The image's labels come along by themselves; these make sure that no Dockerfile's ONBUILD or base image differs.
    labels: { [LABEL.funko]: funko, [LABEL.version]: formatVersion(version.number) },
    env: listening(manifest, version.image.labels).env,
    rules: containerRules(funko, manifest),
    network,
  };
}

/** What of its manifest is obeyed by those who carry its traffic, as a label. */
export function trafficLabels(manifest: Manifest): Record<string, string> {
  const label = trafficLabel(manifest);
  return label === undefined ? {} : { [LABEL.traffic]: label };
}
