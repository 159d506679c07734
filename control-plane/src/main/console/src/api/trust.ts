// What `/trust` answers.

export interface TrustRole {
  repository: string;
  role: string;
  version: number;
  expiresAt: string;
  threshold: number;
  keys: string[];
  offline: boolean;
  keysOnServer: number;
}

export interface TrustStatus {
  mode: 'starter' | 'strict';
  roles: TrustRole[];
  openDrafts: number;
}

export interface TrustNeed {
  keysOf: string;
  threshold: number;
  keys: string[];
  signedBy: string[];
}

export interface TrustDraft {
  id: string;
  change: string;
  repository: string;
  role: string;
  version: number;
  reason: string;
  state: 'open' | 'queued' | 'published' | 'discarded';
  waiting: string;
  needs: TrustNeed[];
  /** Paths of targets that it takes away. */
  removes: string[];
  createdAt: string;
  settledAt: string | null;
}
