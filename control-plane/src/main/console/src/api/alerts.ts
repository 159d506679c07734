// What `/alerts`, `/alert-rules`, `/alert-silences` and `/alert-channels` answer.

export interface Alert {
  id: string;
  rule: string;
  device: string;
  kind: string;
  severity: Severity;
  labels: Record<string, string>;
  summary: string;
  site: string;
  gateway: string;
  state: 'pending' | 'firing' | 'acknowledged' | 'resolved';
  since: string;
  firedAt: string | null;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  acknowledgedByName: string | null;
  resolvedAt: string | null;
  value: number | null;
  detail: string;
  /** The alert that says more than this one. */
  inhibitedBy: string | null;
  silencedBy: string | null;
}

export type Severity = 'info' | 'warning' | 'critical';

export interface AlertStep {
  at: string;
  what: string;
  actor: string;
  actorName: string;
  note: string;
}

export interface AlertDetail {
  alert: Alert;
  steps: AlertStep[];
}

export interface AlertGroup {
  rule: string;
  site: string;
  severity: Severity;
  alerts: number;
  acknowledged: number;
  /** Further alerts that these explain. */
  inhibited: number;
  since: string;
  first: string[];
}

export interface AlertCounts {
  pending: number;
  firing: number;
  acknowledged: number;
  quiet: number;
  loud: number;
  critical: number;
}

export interface AlertRule {
  name: string;
  revision: number;
  kind: string;
  severity: Severity;
  selector: string;
  summary: string;
  description: string;
  yaml: string;
  devices: number;
  open: number;
  changedAt: string;
  changedBy: string;
  changedByName: string;
}

/** What a rule would have raised over stored samples. */
export interface AlertPreview {
  rule: string;
  /** Null where the rule is about something else than telemetry. */
  metric: string | null;
  devices: number;
  /** Fewer than `devices` where there was too much to read. */
  looked: number;
  count: number;
  neverFired: number;
  /** What the answer could not know. */
  missing: string[];
  alerts: { device: string; since: string; firedAt: string; resolvedAt: string | null; value: number | null; detail: string }[];
}

export interface Silence {
  id: string;
  selector: string;
  rule: string;
  reason: string;
  createdAt: string;
  createdBy: string;
  createdByName: string;
  until: string;
  endedAt: string | null;
}

export interface AlertChannel {
  name: string;
  kind: 'webhook' | 'email';
  url: string;
  recipients: string[];
  severity: Severity;
  sites: string[];
  resolved: boolean;
  enabled: boolean;
  waiting: number;
  dead: number;
}
