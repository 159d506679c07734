import { reach, type Held, type Role } from '../../parts/rights';

export type CardName = 'waiting' | 'rollouts' | 'alerts' | 'permissions';

// What each person came for stands first; all of it stands there for everybody.
const FIRST: [Role, CardName[]][] = [
  ['admin', ['waiting', 'alerts', 'rollouts', 'permissions']],
  ['security-officer', ['permissions', 'waiting', 'alerts', 'rollouts']],
  ['release-manager', ['rollouts', 'waiting', 'alerts', 'permissions']],
  ['approver', ['waiting', 'rollouts', 'alerts', 'permissions']],
  ['operator', ['alerts', 'waiting', 'rollouts', 'permissions']],
];

/** The cards of the first page in the order of the person's roles. */
export function order(roles: Held[] | undefined): CardName[] {
  const mine = FIRST.find(([role]) => roles !== undefined && reach(roles, role).any);
  return mine?.[1] ?? ['alerts', 'rollouts', 'permissions', 'waiting'];
}
