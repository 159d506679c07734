import { Label } from '@patternfly/react-core';
import { BellIcon } from '@patternfly/react-icons/dist/esm/icons/bell-icon';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { InfoCircleIcon } from '@patternfly/react-icons/dist/esm/icons/info-circle-icon';
import type { Alert, Severity } from '../../api/alerts';
import { m } from '../../i18n';
import { StateLabel } from '../../parts/Labels';

const SEVERITIES = {
  critical: { color: 'red', icon: ExclamationCircleIcon },
  warning: { color: 'orange', icon: ExclamationTriangleIcon },
  info: { color: 'blue', icon: InfoCircleIcon },
} as const;

/** How bad it is: colour, icon and word. */
export function SeverityLabel({ severity }: { severity: Severity }) {
  const { color, icon: Icon } = SEVERITIES[severity];
  return (
    <Label isCompact color={color} icon={<Icon />}>
      {m.alerts.severities[severity]}
    </Label>
  );
}

/** Where an alert stands, and why nobody hears of it where that is so. */
export function AlertState({ alert }: { alert: Alert }) {
  return (
    <>
      {alert.state === 'firing' ? (
        <Label isCompact color="red" icon={<BellIcon />}>
          {m.alerts.states['firing']}
        </Label>
      ) : (
        <StateLabel state={LOOKS[alert.state]} words={WORDS} />
      )}{' '}
      {alert.inhibitedBy && <Label isCompact>{m.alerts.explained}</Label>}
      {alert.silencedBy && <Label isCompact>{m.alerts.silenced}</Label>}
    </>
  );
}

const LOOKS = { pending: 'waiting', acknowledged: 'accepted', resolved: 'done', firing: 'failed' } as const;
const WORDS: Record<string, string> = {
  waiting: m.alerts.states['pending'] ?? '',
  accepted: m.alerts.states['acknowledged'] ?? '',
  done: m.alerts.states['resolved'] ?? '',
};
