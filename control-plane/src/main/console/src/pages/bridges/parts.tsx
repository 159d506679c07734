import type { BridgeRun } from '../../api/bridges';
import { m } from '../../i18n';
import { StateLabel } from '../../parts/Labels';
import { Said } from '../../parts/Said';

const LOOKS = { disabled: 'stopped', pending: 'pending', connecting: 'started', connected: 'active', waiting: 'failed' } as const;
const WORDS: Record<string, string> = {
  stopped: m.bridges.states['disabled'] ?? '',
  pending: m.bridges.states['pending'] ?? '',
  started: m.bridges.states['connecting'] ?? '',
  active: m.bridges.states['connected'] ?? '',
  failed: m.bridges.states['waiting'] ?? '',
};

/** Where a bridge stands, and what keeps it from being connected. */
export function BridgeState({ run }: { run: BridgeRun }) {
  return (
    <>
      <StateLabel state={LOOKS[run.state]} words={WORDS} />
      {run.problem !== 'none' && (
        <div>
          {m.bridges.problems[run.problem] ?? run.problem}
          <div className="muster-quiet">
            <Said>{run.detail}</Said>
          </div>
        </div>
      )}
    </>
  );
}

/** Messages in a second, with one digit where there are few. */
export function rate(perSecond: number): string {
  return perSecond >= 10 || perSecond === 0 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
}
