import { Label, Tooltip } from '@patternfly/react-core';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { InProgressIcon } from '@patternfly/react-icons/dist/esm/icons/in-progress-icon';
import { PauseCircleIcon } from '@patternfly/react-icons/dist/esm/icons/pause-circle-icon';
import { PendingIcon } from '@patternfly/react-icons/dist/esm/icons/pending-icon';
import { BanIcon } from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import type { ComponentType } from 'react';
import type { Device } from '../api/types';
import { m } from '../i18n';

type Look = { color: 'green' | 'red' | 'orange' | 'blue' | 'grey' | 'purple'; icon: ComponentType };

const GOOD: Look = { color: 'green', icon: CheckCircleIcon };
const BAD: Look = { color: 'red', icon: ExclamationCircleIcon };
const CARE: Look = { color: 'orange', icon: ExclamationTriangleIcon };
const BUSY: Look = { color: 'blue', icon: InProgressIcon };
const STILL: Look = { color: 'grey', icon: PendingIcon };
const HELD: Look = { color: 'orange', icon: PauseCircleIcon };
const OVER: Look = { color: 'grey', icon: BanIcon };

// Colour never speaks alone: each state has its icon and its word.
const LOOKS: Record<string, Look> = {
  active: GOOD,
  pending: STILL,
  suspended: HELD,
  retired: OVER,
  committed: GOOD,
  absent: GOOD,
  offered: BUSY,
  verified: BUSY,
  fetching: BUSY,
  written: BUSY,
  armed: BUSY,
  trial: BUSY,
  'rolled-back': BAD,
  failed: BAD,
  drifted: CARE,
  ready: STILL,
  running: BUSY,
  paused: HELD,
  completed: GOOD,
  passed: GOOD,
  stopped: OVER,
  aborted: OVER,
  superseded: OVER,
  cancelled: OVER,
  waiting: STILL,
  started: BUSY,
  accepted: BUSY,
  succeeded: GOOD,
  unreached: CARE,
  blocked: HELD,
  sent: BUSY,
  done: GOOD,
  rejected: CARE,
  expired: OVER,
};

export function StateLabel({ state, words }: { state: string; words: Record<string, string> }) {
  const look = LOOKS[state] ?? STILL;
  const Icon = look.icon;
  return (
    <Label isCompact color={look.color} icon={<Icon />}>
      {words[state] ?? state}
    </Label>
  );
}

export function Connection({ device }: { device: Pick<Device, 'online'> }) {
  return (
    <span className={'muster-dot ' + (device.online ? 'muster-dot-on' : 'muster-dot-off')}>
      {device.online ? m.status['online'] : m.status['offline']}
    </span>
  );
}

export function InStep({ device }: { device: Pick<Device, 'inSync' | 'online' | 'generation' | 'reportedGeneration'> }) {
  const standing = standingOf(device);
  const look = standing === 'inStep' ? GOOD : STILL;
  const Icon = look.icon;
  return (
    <Tooltip content={m.overview.document.hints[standing]}>
      <Label isCompact variant="outline" color={look.color} icon={<Icon />}>
        {m.overview.document.states[standing]}
      </Label>
    </Tooltip>
  );
}

/** The same words as the counts of the first page, which the server makes: `DocumentStanding`. */
export function standingOf({ inSync, online, generation, reportedGeneration }: Pick<Device, 'inSync' | 'online' | 'generation' | 'reportedGeneration'>) {
  if (generation === 0) {
    return 'unasked';
  }
  if (reportedGeneration >= generation) {
    return inSync ? 'inStep' : 'differs';
  }
  return online ? 'behind' : 'away';
}
