// What `/role-bindings`, `/service-accounts` and what is below them answer.

export type Kind = 'person' | 'service' | 'group';

/** The issuer under which role bindings name service accounts of this server. */
export const OWN_ACCOUNTS = 'muster';

export interface RoleBinding {
  id: string;
  kind: Kind;
  subject: string;
  issuer: string;
  role: string;
  /** Empty: every device. */
  selector: string;
  deny: boolean;
}

export interface ServiceAccount {
  name: string;
  description: string;
  createdAt: string;
  createdByName: string;
  /** How many of its tokens are still good. */
  tokens: number;
}

export interface ApiToken {
  id: string;
  name: string;
  /** The most it may do; empty: all that its account may. */
  role: string;
  /** The devices it reaches among those of its account; empty: all of them. */
  selector: string;
  createdAt: string;
  createdBy: string;
  expiresAt: string;
  usedAt: string | null;
}

/** A token just made; its text is answered this once. */
export interface NewApiToken {
  id: string;
  token: string;
  expiresAt: string;
}
