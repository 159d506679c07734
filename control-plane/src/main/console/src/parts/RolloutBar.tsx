import type { Wave } from '../api/types';
import { m } from '../i18n';

const PARTS = ['succeeded', 'failed', 'unreached', 'blocked', 'accepted', 'started'] as const;

export type Tally = Record<(typeof PARTS)[number] | 'size' | 'waiting', number>;

/** All waves of a rollout as one count. */
export function sum(waves: Wave[]): Tally {
  const total: Tally = { size: 0, waiting: 0, succeeded: 0, failed: 0, unreached: 0, blocked: 0, accepted: 0, started: 0 };
  for (const wave of waves) {
    for (const key of Object.keys(total) as (keyof Tally)[]) {
      total[key] += wave[key] ?? 0;
    }
  }
  return total;
}

/** How far: one bar whose parts are the states of the devices; the numbers stand beside it. */
export function RolloutBar({ tally, label }: { tally: Tally; label: string }) {
  const size = Math.max(1, tally.size);
  return (
    <div className="muster-progress">
      <div
        className="muster-bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={tally.size}
        aria-valuenow={tally.succeeded}
      >
        {PARTS.map(
          (part) =>
            tally[part] > 0 && (
              <span
                key={part}
                className={'muster-bar-' + part}
                style={{ width: `${(100 * tally[part]) / size}%` }}
                title={`${m.rollouts.counts[part]}: ${tally[part]}`}
              />
            ),
        )}
      </div>
      <span className="muster-progress-text">
        {m.rollouts.done(tally.succeeded, tally.size)}
        {tally.failed > 0 && <span className="muster-bad">, {m.rollouts.failed(tally.failed)}</span>}
      </span>
    </div>
  );
}
