// What `/bridges` answers.

export interface BridgeRun {
  state: 'disabled' | 'pending' | 'connecting' | 'connected' | 'waiting';
  problem: string;
  detail: string;
  instance: string | null;
  since: string | null;
  lastMessage: string | null;
  received: number;
  values: number;
  deadLetters: number;
  refused: number;
  dropped: number;
  gaps: number;
  perSecond: number;
  /** Devices that were refused lately, with the reason. */
  refusals: Record<string, string>;
}

export interface Bridge {
  name: string;
  revision: number;
  description: string;
  broker: string;
  selector: string;
  enabled: boolean;
  yaml: string;
  hasPassword: boolean;
  hasIdentity: boolean;
  devices: number;
  run: BridgeRun;
}

export interface BridgePreview {
  problem: string;
  trouble: string;
  messages: number;
  seen: SeenMessage[];
}

export interface SeenMessage {
  topic: string;
  payload: string;
  retained: boolean;
  /** Why it would become nothing; empty if it would become something. */
  reason: string;
  would: { device: string; verdict: 'known' | 'new' | 'refused'; reason: string; metric: string; value: string; at: string }[];
}
