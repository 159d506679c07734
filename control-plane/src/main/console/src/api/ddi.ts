/** How hawkBit's clients come in. */
export interface DdiAccess {
  enabled: boolean;
  gatewayToken: boolean;
  targetTokens: boolean;
  authorities: string[];
  unknown: string;
  hardware: string;
  site: string | null;
  tags: string[];
  confirmation: boolean;
  polling: string;
}

/** A device that speaks DDI. */
export interface DdiClient {
  controller: string;
  device: string;
  lastPoll: string | null;
  agent: string;
  address: string;
  targetToken: boolean;
  autoConfirm: boolean;
  actions: DdiAction[];
}

/** What such a device is asked to do. */
export interface DdiAction {
  id: number;
  state: string;
  source: string;
  madeAt: string;
  endedAt: string | null;
  targets: string[];
  history: { at: string; status: string; messages: string[] }[];
}

/** Whether a device is one of them: the server says so among its facts. */
export function isDdi(facts: Record<string, unknown> | null): boolean {
  return facts !== null && 'ddi.controller' in facts;
}
