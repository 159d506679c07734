import { Button, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';
import { path, post } from '../api/client';
import type { EdgeNode as Node } from '../api/types';
import type { Remote } from '../api/useGet';
import { m } from '../i18n';
import { count } from '../parts/format';
import { Said } from '../parts/Said';
import { Section } from '../parts/Section';
import { Time } from '../parts/Time';
import { useMay } from '../parts/useRoles';

/** How the foreign edge node that a device is stands; nothing for any other device. */
export function EdgeNode({ device, node }: { device: string; node: Remote<Node> }) {
  const may = useMay('operator');
  const [said, setSaid] = useState<string>();
  const known = node.data;
  if (!known) {
    return null;
  }
  const rebirth = () =>
    post(path(['devices', device, 'sparkplug', 'rebirth']))
      .then(() => setSaid(m.registry.device.rebirthAsked))
      .catch((error: unknown) => setSaid(error instanceof Error ? error.message : String(error)));
  return (
    <Section title={m.registry.device.edgeNode} hint={m.registry.device.edgeNodeHint}>
      <DescriptionList isHorizontal isCompact columnModifier={{ xl: '2Col' }} termWidth="9rem">
        <Fact name={m.registry.device.edgeNodeName}>
          <span className="muster-id">
            {known.group}/{known.node}
          </span>
        </Fact>
        <Fact name={m.registry.device.edgeNodeOnline}>{m.registry.device.edgeNodeStands(known.online)}</Fact>
        <Fact name={m.registry.device.bdSeq}>{known.bdSeq ?? m.common.none}</Fact>
        <Fact name={m.registry.device.lastBirth}>
          <Time at={known.bornAt} />
        </Fact>
        <Fact name={m.registry.device.gaps}>{m.registry.device.gapsOf(known.gaps, known.lost)}</Fact>
        <Fact name={m.registry.device.late}>{count(known.late)}</Fact>
        <Fact name={m.registry.device.refusedMessages}>{count(known.refused)}</Fact>
        <Fact name={m.registry.device.rebirths}>{count(known.rebirths)}</Fact>
        <Fact name={m.registry.device.below}>{known.devices.join(', ') || m.common.none}</Fact>
      </DescriptionList>
      {said && <Said>{said}</Said>}
      {may && (
        <Button variant="secondary" size="sm" onClick={() => void rebirth()}>
          {m.registry.device.rebirth}
        </Button>
      )}
    </Section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
