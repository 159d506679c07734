// What `/tenants` answers.

export interface Tenant {
  id: string;
  displayName: string;
  state: 'active' | 'suspended' | 'deleting' | 'deleted';
  reason: string;
  revision: number;
  createdAt: string;
  createdByName: string;
  suspendedAt: string | null;
  deleteAt: string | null;
  deletedAt: string | null;
  trailUntil: string | null;
  /** By name; null in lists. */
  quotas: Record<string, Quota> | null;
}

export interface Quota {
  used: number | null;
  /** Null: none. */
  limit: number | null;
  /** Whether it was set for this tenant. */
  own: boolean;
}
