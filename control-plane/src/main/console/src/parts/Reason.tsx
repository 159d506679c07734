import { m } from '../i18n';
import { Said } from './Said';

/** A reason that a device or a rollout gave: in words where it is one of ours, with its code for whoever looks it up. */
export function Reason({ code }: { code: string }) {
  const words = m.reasons[code];
  return words === undefined ? (
    <Said>{code}</Said>
  ) : (
    <>
      {words} <span className="muster-quiet muster-break">{code}</span>
    </>
  );
}
