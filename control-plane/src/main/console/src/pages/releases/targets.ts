import { targetOf, type Artifact, type ReleaseTarget } from '../../api/artifacts';

/** The targets that a release of these artifacts would have. */
export function targetsOf(artifacts: Artifact[]): ReleaseTarget[] {
  return artifacts.map((artifact) => ({
    name: targetOf(artifact),
    sha256: artifact.sha256,
    version: artifact.version,
    hardware: artifact.hardware,
  }));
}

/** What a board gets; what is made for it wins over what fits any. The board `*` stands for every other one. */
export function forBoard(targets: ReleaseTarget[], hardware: string): ReleaseTarget[] {
  const own = targets.filter((target) => target.hardware === hardware);
  const any = targets.filter((target) => target.hardware === '*' && hardware !== '*' && !own.some((one) => one.name === target.name));
  return [...own, ...any].sort((a, b) => a.name.localeCompare(b.name));
}

/** The boards that a release knows by name, and `*` if something in it fits any. */
export function boards(targets: ReleaseTarget[]): string[] {
  const names = [...new Set(targets.map((target) => target.hardware))].sort();
  return [...names.filter((name) => name !== '*'), ...names.filter((name) => name === '*')];
}

/** The first target that is there twice for one board. */
export function twice(targets: ReleaseTarget[]): ReleaseTarget | undefined {
  return targets.find((target, at) => targets.findIndex((other) => other.name === target.name && other.hardware === target.hardware) !== at);
}
