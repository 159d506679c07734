import { createContext, useContext } from 'react';
import type { Me } from '../api/types';
import { who } from './format';

export type Role = 'viewer' | 'operator' | 'release-manager' | 'approver' | 'security-officer' | 'admin';

export const MeContext = createContext<Me | undefined>(undefined);

/** Whether to offer an action at all. The server decides; this only keeps buttons away that could never work. */
export function useMay(role: Role): boolean {
  const me = useContext(MeContext);
  // Until the answer is there nothing is hidden: flickering buttons help nobody.
  return me === undefined || me.roles.some((binding) => binding.role === role || binding.role === 'admin');
}

/** How to show a person or service: by the name the server tells, oneself by name in any case, else by the subject. */
export function useWho(): (actor: unknown, name?: string | null) => string {
  const me = useContext(MeContext);
  return (actor, name) => {
    if (name && name !== actor) {
      return name;
    }
    const subject = who(actor);
    return me && subject === me.subject ? me.name : subject;
  };
}
