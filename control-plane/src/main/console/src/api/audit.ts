// What `/audit` and what is below it answer.
import { request } from './client';

export interface AuditEntry {
  id: string | number;
  at: string;
  actor: unknown;
  actorName?: string | null;
  verb: string;
  object: string;
  detail: unknown;
  outcome: string;
  /** Of its seal; null until it has one. */
  position: number | null;
}

export interface Chain {
  position: number;
  hash: string | null;
  sealedAt: string | null;
  pending: number;
  oldestPendingAt: string | null;
  checkpoint: { position: number; at: string; keyId: string; publicKey: string } | null;
  verified: { at: string; by: string; byName: string; sound: boolean; detail: { position?: number; found?: number; first?: string[] } } | null;
}

export interface Finding {
  kind: string;
  position: number;
  row: number;
  text: string;
}

export interface Verdict {
  sound: boolean;
  position: number;
  checked: number;
  found: number;
  pending: number;
  checkpoints: number;
}

/** One line of the answer to a verification. */
export interface Told {
  progress?: { checked: number; of: number };
  finding?: Finding;
  result?: Verdict;
}

/** Has the server look at the whole chain; hands over each line of its answer as it comes. */
export async function verify(told: (line: Told) => void, signal: AbortSignal): Promise<void> {
  const response = await request('/audit/verify', {
    method: 'POST',
    headers: { Accept: 'application/x-ndjson', 'Content-Type': 'application/json' },
    body: '{}',
    signal,
  });
  if (!response.body) {
    return;
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    lines.filter((line) => line !== '').forEach((line) => told(JSON.parse(line) as Told));
  }
}
