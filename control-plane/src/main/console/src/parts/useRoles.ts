import { createContext, useContext } from 'react';
import type { Me } from '../api/types';
import { who } from './format';
import { reach, type Role } from './rights';

export const MeContext = createContext<Me | undefined>(undefined);

/** Whether to offer an action at all. The server decides; this only keeps buttons away that could never work. */
export function useMay(role: Role): boolean {
  const me = useContext(MeContext);
  // Until the answer is there nothing is hidden: flickering buttons help nobody.
  return me === undefined || reach(me.roles, role).any;
}

/** The same for what belongs to no single device, and so needs the role on every one. */
export function useMayEverywhere(role: Role): boolean {
  const me = useContext(MeContext);
  return me === undefined || reach(me.roles, role).everywhere;
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
