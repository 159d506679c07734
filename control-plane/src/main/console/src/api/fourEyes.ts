// What `/four-eyes` answers, and what is answered with 202 where a second person has to agree.

export interface FourEyesRequest {
  id: string;
  kind: string;
  subject: string;
  summary: string;
  /** All that it would change. */
  change: Record<string, unknown>;
  state: 'open' | 'approved' | 'rejected' | 'withdrawn' | 'expired';
  askedAt: string;
  askedBy: string;
  askedByName: string;
  expiresAt: string;
  settledAt: string | null;
  settledBy: string | null;
  settledByName: string | null;
  reason: string;
}

export const SWITCHES = ['rollouts', 'policies', 'trust', 'freezeOverrides', 'remoteHelp'] as const;

export type Switch = (typeof SWITCHES)[number];

export interface FourEyesRule extends Record<Switch, boolean> {
  revision: number;
  changedAt: string | null;
  changedBy: string;
  changedByName: string;
  /** The wish to make it weaker. */
  pending: FourEyesRequest | null;
}
