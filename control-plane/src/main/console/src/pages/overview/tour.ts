import type { Role } from '../../parts/rights';

export type StepName = 'device' | 'group' | 'rollout' | 'policy';

/** What there is of each; undefined while nobody knows. */
export type Facts = Record<StepName, number | undefined>;

export type StepState = 'done' | 'next' | 'later';

/** The steps in their order, and who can take them. */
export const STEPS: { name: StepName; role: Role; everywhere: boolean }[] = [
  { name: 'device', role: 'operator', everywhere: true },
  { name: 'group', role: 'operator', everywhere: false },
  { name: 'rollout', role: 'release-manager', everywhere: false },
  { name: 'policy', role: 'security-officer', everywhere: false },
];

/** Where each step stands: any order will do, the first that is not done comes next. */
export function states(facts: Facts): Record<StepName, StepState> {
  const next = STEPS.find(({ name }) => !facts[name])?.name;
  const state = (name: StepName): StepState => (facts[name] ? 'done' : name === next ? 'next' : 'later');
  return { device: state('device'), group: state('group'), rollout: state('rollout'), policy: state('policy') };
}

/** What a person did with the tour of a tenant. */
export type Memory = 'begun' | 'dismissed' | null;

/** An empty fleet shows it, and who began it keeps it until they close it; whoever asks gets it. */
export function isShown(memory: Memory, asked: boolean, devices: number): boolean {
  return asked || (memory !== 'dismissed' && (memory === 'begun' || devices === 0));
}

/** The memory of this browser. */
export function recall(key: string): Memory {
  const kept = window.localStorage.getItem(key);
  return kept === 'begun' || kept === 'dismissed' ? kept : null;
}
