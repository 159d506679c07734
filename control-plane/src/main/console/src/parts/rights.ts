/** The server decides what somebody may do (`Rights` and `Scope` there); this says it beforehand, by the same rules. */
export const ROLES = ['viewer', 'operator', 'release-manager', 'approver', 'security-officer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** A binding as its holder sees it; without a selector it is for every device. */
export interface Held {
  role: string;
  selector?: string | null;
  deny?: boolean;
}

/** Where somebody may do what one role may: on the devices of any query in `on`, less those of any in `except`. */
export interface Reach {
  /** On anything at all, as far as the bindings tell. */
  any: boolean;
  /** On every device, those of tomorrow too: what belongs to no single device needs this. */
  everywhere: boolean;
  on: string[];
  except: string[];
}

function implies(role: string, other: string): boolean {
  return role === other || role === 'admin' || other === 'viewer';
}

const selector = (binding: Held) => binding.selector ?? '';
const once = (texts: string[]) => [...new Set(texts)];

/** Looked up role by role: what two bindings give is never added up to a third right, and a deny wins. */
export function reach(bindings: Held[], role: Role): Reach {
  const on = once(bindings.filter((binding) => !binding.deny && implies(binding.role, role)).map(selector));
  // Who must not view must not operate either: a denied role takes along what builds on it.
  const except = once(bindings.filter((binding) => binding.deny && implies(role, binding.role)).map(selector));
  const any = on.length > 0 && !except.includes('');
  return { any, everywhere: any && on.includes('') && except.length === 0, on: on.includes('') ? [''] : on, except };
}
