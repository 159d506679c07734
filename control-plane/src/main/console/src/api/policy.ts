// Shapes of the policy part of docs/reference/rest-api.md. What a server may leave out is optional here.

export type Level = 'enforced-by-os' | 'enforced-at-verify' | 'observed-only' | 'impossible';

export interface Drift {
  wanted: boolean;
  actual: boolean;
  since: string;
  repeats: number;
  backingOff: boolean;
}

export interface Rule {
  kind: string;
  name: string;
  role?: string | null;
}

export interface Explanation {
  device: string;
  bundle: string;
  permission: string;
  granted: boolean;
  reason: string;
  detail: string | null;
  policyVersion: string | number | null;
  /** Level, in servers that tell no mechanism. */
  enforcement: string | null;
  level?: string | null;
  levelText?: string | null;
  mechanism?: string | null;
  rules?: Rule[];
  condition?: { text: string; holds: boolean | null } | null;
  drift?: Drift | null;
  at?: string | null;
  source?: string | null;
  situation?: Told | null;
  note?: string | null;
}

/** What a device said holds of all that its policy asks about the moment. */
export interface Told {
  at: string;
  facts: string[];
}

export interface Cell {
  permission: string;
  granted: boolean;
  reason: string;
  detail: string;
  level: string;
  levelText?: string | null;
  conditional?: boolean;
  drift?: Drift | null;
  lastUsed?: string | null;
}

export interface Matrix {
  policyVersion: number | null;
  wantedVersion: number | null;
  lease?: string | null;
  note?: string | null;
  situation?: Told | null;
  apps: { bundle: string; user: number; instance: number; permissions: Cell[] }[];
}

export interface PlacedError {
  source?: string | null;
  rule?: string | null;
  line: number;
  column: number;
  message: string;
}

export interface TestResult {
  name: string;
  passed: boolean;
  failures: { permission: string; expected: string; found: string; detail?: string | null }[];
}

export interface Validation {
  valid: boolean;
  documents: { kind: string; name: string }[];
  errors: PlacedError[];
  warnings: PlacedError[];
  tests: TestResult[];
}

export interface Decided {
  granted: boolean;
  reason: string;
  condition?: string | null;
}

export interface ImpactChange {
  bundle: string;
  permission: string;
  before: Decided;
  after: Decided;
  devices: number;
  byLevel: Record<string, number>;
  kills?: number | null;
}

export interface Impact {
  devices: number;
  profiles: number;
  changedDevices: number;
  unchangedDevices: number;
  killedProcesses: number;
  notEnforceable: number;
  unknownInventory?: number;
  /** Devices that verify no signed documents, such as hawkBit's clients. */
  leftOut?: number;
  changes: ImpactChange[];
  next: string | null;
}

export interface DocumentDiff {
  kind: string;
  name: string;
  change: 'added' | 'removed' | 'changed';
  before: string | null;
  after: string | null;
}

export interface PolicyDiff {
  from: string | number;
  to: string | number;
  documents: DocumentDiff[];
}

export interface CapabilityRow {
  name: string;
  permissions: string[];
  apps?: unknown;
  devices?: { ids?: string[] } | string;
  notBefore: string | null;
  notAfter: string;
  state: string;
  holder?: string | null;
  rootId?: string | null;
  revokedBlocks?: { id: string; reason: string; since: string; by: string; byName?: string }[];
  deviceBound: boolean;
  devicesHolding?: number | null;
}

export interface UrgentChange {
  kind: string;
  name: string;
  since: string;
  by?: string | null;
  byName?: string | null;
  reason?: string | null;
  pending: number;
}

export interface ComplianceRow {
  device: string;
  state: string;
  policyVersion: number | null;
  wantedVersion: number | null;
  why: string | null;
  since: string | null;
}

export interface Compliance {
  counts: Record<string, number>;
  items: ComplianceRow[];
  next: string | null;
}

export interface UsageRow {
  device?: string | null;
  bundle: string;
  permission: string;
  granted: number;
  denied: number;
  first?: string | null;
  last: string | null;
}

export interface Suggestion {
  role?: string | null;
  permission: string;
  bundle: string;
  devices: number;
  lastUsed?: string | null;
  text: string;
}

export interface Shadow {
  version: number | null;
  devicesHolding: number;
  disagreements: { bundle: string; permission: string; live: string; shadow: string; count: number; devices: number }[];
}

/** What an app on a device asks for. */
export interface RightRequest {
  id: string;
  device: string;
  app: string;
  user: number;
  instance: number;
  permission: string;
  /** Words of the service that asked: a device wrote them. */
  reason: string;
  askedBy: string;
  askedAt: string;
  lastAskedAt: string;
  count: number;
  state: 'open' | 'granted' | 'declined';
  answeredBy: string | null;
  answeredByName: string | null;
  answeredAt: string | null;
  note: string | null;
}
