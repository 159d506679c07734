import { DescriptionListDescription, DescriptionListGroup, DescriptionListTerm, Label, Tooltip } from '@patternfly/react-core';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { PendingIcon } from '@patternfly/react-icons/dist/esm/icons/pending-icon';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { signatureOf, waits, type Artifact, type Use } from '../../api/artifacts';
import { m } from '../../i18n';

const words = m.artifacts;

/** Who signed it, in a word with its sign; images that are no OTA package say nothing of themselves. */
export function SignerLabel({ artifact }: { artifact: Artifact }) {
  const verdict = signatureOf(artifact).verdict;
  if (!verdict) {
    return <span className="muster-quiet">{m.common.none}</span>;
  }
  const good = verdict === 'verified';
  return (
    <Tooltip content={words.verdictHints[verdict] ?? verdict}>
      <Label isCompact color={good ? 'green' : 'orange'} icon={good ? <CheckCircleIcon /> : <ExclamationTriangleIcon />}>
        {words.verdicts[verdict] ?? verdict}
      </Label>
    </Tooltip>
  );
}

/** Says that devices would refuse it yet. */
export function WaitsLabel({ artifact }: { artifact: Artifact }) {
  return waits(artifact) ? (
    <Link to="/trust">
      <Label isCompact color="orange" icon={<PendingIcon />}>
        {words.detail.waits}
      </Label>
    </Link>
  ) : null;
}

export function fits(hardware: string): string {
  return hardware === '*' ? words.anyHardware : hardware;
}

/** Where a use can be looked at; devices are many, so one of them stands for all. */
export function UseText({ use }: { use: Use }) {
  const to = {
    release: `/releases/${use.id}`,
    rollout: `/rollouts/${use.id}`,
    desired: `/devices/${encodeURIComponent(use.id)}`,
    earlier: `/devices/${encodeURIComponent(use.id)}`,
    draft: '/trust',
    removal: '/trust',
    publisher: '/trust',
  }[use.kind];
  return to ? <Link to={to}>{use.text}</Link> : <>{use.text}</>;
}

export function Item({ term, children }: { term: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
