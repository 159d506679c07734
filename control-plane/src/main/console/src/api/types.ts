// The shapes of docs/reference/rest-api.md. What a server may leave out is optional here.

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Config {
  issuer: string;
  consoleClient: string;
  version: string;
}

export interface Me {
  subject: string;
  name: string;
  tenant: string;
  roles: { role: string; selector?: string | null; deny?: boolean }[];
  /** The break-glass login that stands open; only administrators of the first tenant are told. */
  breakGlass?: { id: string; madeBy: string; firstUsedAt: string | null; until: string } | null;
}

export interface Fleet {
  devices: number;
  online: number;
  byStatus: Record<string, number>;
  byImage: Record<string, number>;
  bySite: Record<string, number>;
  rolloutsInFlight: number;
}

export type DeviceStatus = 'pending' | 'active' | 'suspended' | 'retired';

export interface Device {
  id: string;
  name: string | null;
  status: DeviceStatus;
  online: boolean;
  lastSeen: string | null;
  site: string | null;
  tags: string[];
  hardware: string | null;
  serial: string | null;
  enrolledAt: string | null;
  generation: number;
  reportedGeneration: number;
  inSync: boolean;
  image: { version: string; slot?: string | null } | null;
  policyVersion: string | number | null;
  facts: Record<string, unknown> | null;
  type?: string | null;
  metadata?: Record<string, string> | null;
  groups?: string[] | null;
  /** `group/node` of the foreign edge node that it is. */
  sparkplug?: string | null;
  /** Managed, or foreign: others speak for it. */
  kind?: 'managed' | 'foreign';
}

export interface Group {
  name: string;
  kind: string;
  query: string;
  description: string;
  members: number;
  revision: number;
  createdAt: string;
  createdBy: string;
  createdByName: string;
}

export interface SiteWindow {
  days: string[];
  from: string;
  to: string;
}

export interface Place {
  latitude: number;
  longitude: number;
}

export interface SiteOwn {
  timeZone: string | null;
  uplinkKbps: number | null;
  window: SiteWindow | null;
  gateway: string | null;
  location?: Place | null;
}

export interface Site {
  name: string;
  parent: string | null;
  timeZone: string;
  uplinkKbps: number | null;
  window: SiteWindow | null;
  gateway: string | null;
  location?: Place | null;
  own: SiteOwn;
  revision: number;
}

export interface Difference {
  generation: number;
  reportedGeneration: number;
  differs: number;
  targets: { name: string; wanted: string | null; held: string | null; state: string | null; differs: boolean; reason: string }[];
}

export interface SubDevice {
  gateway: string;
  name: string;
  device: string;
  driver: string;
  hardware: string;
  state: string;
  status: string | null;
  lastSeen: string;
}

export interface EdgeNode {
  device: string;
  group: string;
  node: string;
  online: boolean;
  bdSeq: number | null;
  bornAt: string | null;
  gaps: number;
  lost: number;
  late: number;
  refused: number;
  rebirths: number;
  devices: string[];
}

export interface TimelineEntry {
  at: string;
  source: string;
  what: string;
  by: string | null;
  detail: Record<string, unknown>;
}

export interface Completions {
  from: number;
  to: number;
  items: { text: string; kind: string; detail: string }[];
}

/** The reference writes statuses in small letters; a server that shouts is understood too. */
export function lowerStatus(device: Device): Device {
  return { ...device, status: device.status.toLowerCase() as DeviceStatus };
}

export interface DesiredTarget {
  name: string;
  version: string | null;
  sha256: string | null;
  length: number | null;
  state: 'present' | 'absent';
  source?: string | null;
}

export interface Desired {
  generation: number;
  targets: DesiredTarget[];
}

export interface ReportedTarget {
  name: string;
  state: string;
  since: string | null;
  progress: number | null;
  reason: string | null;
  message: string | null;
  version: string | null;
}

export interface Reported {
  generation: number;
  at: string | null;
  targets: ReportedTarget[];
}

export interface App {
  bundle: string;
  versionCode: number | null;
  versionName: string | null;
  apl: string | null;
  permissions: string[];
}

export interface Manifest {
  at: string | null;
  generation: number;
  image: { version: string; slot?: string | null } | null;
  apps: App[];
  attacks?: unknown;
}

export interface DeviceEvent {
  at: string;
  kind: string;
  detail: unknown;
}

export interface Sample {
  metric: string;
  at: string;
  value: number | string | boolean | null;
}

export interface Series {
  metric: string;
  /** Of how many devices, where it is of several. */
  devices?: number;
  /** What the points are made of: samples, or windows of a minute or an hour. */
  level: 'raw' | '1m' | '1h';
  stepSeconds: number;
  points: { at: string; min: number; max: number; mean: number; last?: number }[];
}

export interface EnrolmentToken {
  id: string;
  name?: string | null;
  uses: number;
  used?: number;
  expiresAt: string;
  site?: string | null;
  tags?: string[];
  createdByName?: string | null;
}

export interface NewEnrolmentToken extends EnrolmentToken {
  token: string;
  command: string;
}

export interface PolicyDocument {
  kind: string;
  name: string;
  yaml?: string;
  updatedAt: string | null;
  updatedBy: string | null;
  updatedByName?: string | null;
}

export interface PolicyVersion {
  version: number;
  comment: string | null;
  publishedAt: string;
  publishedBy: string | null;
  publishedByName?: string | null;
  rollout?: string | { id: string } | null;
  kind?: string;
  rolledBackFrom?: number | null;
}

export interface Wave {
  index: number;
  name: string;
  state: string;
  size: number;
  waiting: number;
  started: number;
  accepted: number;
  succeeded: number;
  failed: number;
  unreached: number;
  blocked: number;
  superseded?: number;
  cancelled?: number;
  approval?: boolean;
  approved?: boolean;
  reason: string | null;
}

export interface Rollout {
  id: string;
  name: string;
  kind: string;
  state: string;
  reason: string | null;
  selector: string | null;
  createdAt: string;
  createdBy: string | null;
  createdByName?: string | null;
  waves: Wave[];
  override?: { state: 'none' | 'asked' | 'agreed'; askedBy: string; reason: string; agreedBy: string };
}

export interface RolloutDevice {
  device: string;
  wave: number | string;
  state: string;
  reason: string | null;
  message: string | null;
  since: string | null;
}

