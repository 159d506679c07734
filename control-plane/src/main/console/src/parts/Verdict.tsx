import { Label, Tooltip } from '@patternfly/react-core';
import { BanIcon } from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { EyeIcon } from '@patternfly/react-icons/dist/esm/icons/eye-icon';
import { ShieldAltIcon } from '@patternfly/react-icons/dist/esm/icons/shield-alt-icon';
import type { Level } from '../api/policy';
import { m } from '../i18n';

/** The level in a server's words, which may add the mechanism after it. */
export function levelOf(text: string | null | undefined): Level | undefined {
  return (Object.keys(m.policy.levels) as Level[]).find((level) => text?.startsWith(level));
}

/** Whether a denial of this level stops nobody. */
export const isLoose = (level: string | null | undefined) => {
  const known = levelOf(level);
  return known === 'observed-only' || known === 'impossible';
};

/** Granted or denied. A denial that nothing enforces is never called "denied": the policy denies, and that is all. */
export function Verdict({ granted, level, big = false }: { granted: boolean; level?: string | null; big?: boolean }) {
  const loose = !granted && isLoose(level);
  const look = granted
    ? { color: 'green' as const, icon: <CheckCircleIcon />, text: m.policy.matrix.granted }
    : loose
      ? { color: 'orange' as const, icon: <ExclamationTriangleIcon />, text: m.policy.matrix.policyDenies }
      : { color: 'red' as const, icon: <BanIcon />, text: m.policy.matrix.denied };
  return (
    <Label color={look.color} icon={look.icon} isCompact={!big} {...(big ? { className: 'muster-verdict' } : {})}>
      {look.text}
    </Label>
  );
}

/** How far an answer binds on a device. */
export function LevelLabel({ level, text }: { level: string | null | undefined; text?: string | null }) {
  const known = levelOf(level);
  if (!level) {
    return <>{m.common.none}</>;
  }
  const hint = text || (known && m.policy.levelHints[known]) || level;
  return (
    <Tooltip content={hint}>
      <Label isCompact variant="outline" color={isLoose(level) ? 'orange' : 'blue'} icon={isLoose(level) ? <EyeIcon /> : <ShieldAltIcon />} tabIndex={0}>
        {known ? m.policy.levels[known] : level}
      </Label>
    </Tooltip>
  );
}

/** The name without what nearly all names begin with. */
export const short = (permission: string) => permission.replace(/^ohos\.permission\./, '');
