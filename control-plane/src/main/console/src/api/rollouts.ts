export interface Group {
  kind: string;
  reason: string;
  devices: number;
  example: string;
}

export interface Preview {
  devices: number;
  bytes: number;
  waves: { name: string; devices: number }[];
  leftOut: Group[];
  expected: Group[];
  frozen: Group[];
  takesOver: { rollout: string; name: string; devices: number }[];
}

export interface Cause {
  state: string;
  reason: string;
  message: string;
  devices: number;
  example: string;
}

export interface Freeze {
  name: string;
  from: string;
  to: string;
  selector: string;
  reason: string;
  createdBy: string;
  createdByName: string;
}

export interface Release {
  id: string;
  name: string;
  version: string;
  withdrawnAt: string | null;
}

export interface NewWave {
  name: string;
  unit: 'count' | 'percent';
  size: number;
  success: number;
  soakMinutes: number;
  approval: boolean;
}

export interface Draft {
  name: string;
  release: string;
  selector: string;
  waves: NewWave[];
  maxFailure: number;
  deadlineMinutes: number;
  perMinute: string;
  jitterMinutes: number;
  install: string;
  window: 'any' | 'site' | 'times';
  windowFrom: string;
  windowTo: string;
  metric: string;
  newcomers: boolean;
}

/** The body of `POST /rollouts`; what is left empty is left out. */
export function body(draft: Draft): Record<string, unknown> {
  return {
    name: draft.name.trim() || 'rollout',
    release: draft.release,
    selector: draft.selector.trim(),
    waves: draft.waves.map((wave) => ({
      name: wave.name,
      [wave.unit]: wave.size,
      successPercent: wave.success,
      ...(wave.soakMinutes > 0 ? { soak: `PT${wave.soakMinutes}M` } : {}),
      ...(draft.metric.trim() ? { metric: draft.metric.trim() } : {}),
      ...(wave.approval ? { approval: true } : {}),
    })),
    maxFailurePercent: draft.maxFailure,
    deadline: `PT${draft.deadlineMinutes}M`,
    ...(draft.perMinute ? { perMinute: Number(draft.perMinute) } : {}),
    ...(draft.install !== 'forced' || draft.window !== 'any'
      ? {
          install: {
            mode: draft.install,
            ...(draft.window === 'site' ? { window: { site: true } } : {}),
            ...(draft.window === 'times' ? { window: { from: draft.windowFrom, to: draft.windowTo } } : {}),
          },
        }
      : {}),
    ...(draft.newcomers ? { newcomers: true } : {}),
    ...(draft.jitterMinutes > 0 ? { jitter: `PT${draft.jitterMinutes}M` } : {}),
  };
}
