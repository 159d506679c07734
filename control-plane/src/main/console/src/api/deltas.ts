// What `/deltas` answers.

export interface Delta {
  output: string;
  outputVersion: string;
  base: string;
  baseVersion: string;
  state: 'waiting' | 'making' | 'done' | 'declined' | 'failed' | 'cancelled';
  devices: number;
  segments: number;
  segmentsDone: number;
  length: number;
  outputLength: number;
  cpuMillis: number;
  problem: string;
  askedAt: string;
  askedBy: string;
  askedByName: string;
}
