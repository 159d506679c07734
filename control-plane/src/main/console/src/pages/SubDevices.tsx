import { Button, Flex } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link } from 'react-router';
import { path, post } from '../api/client';
import type { Page, SubDevice } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Said } from '../parts/Said';
import { Section } from '../parts/Section';
import { Time } from '../parts/Time';
import { useMay } from '../parts/useRoles';

/** The gateway of a sub-device; undefined for any other device. */
export function gatewayOf(id: string): string | undefined {
  const slash = id.indexOf('/');
  return slash < 0 ? undefined : id.slice(0, slash);
}

/** What is behind a gateway; nothing where nothing was ever found. */
export function SubDevices({ device }: { device: string }) {
  const children = useGet<Page<SubDevice>>(path(['devices', device, 'children']));
  const may = useMay('operator');
  const [failure, setFailure] = useState<string>();
  const rows = children.data?.items ?? [];
  if (rows.length === 0) {
    return null;
  }
  const decide = (child: SubDevice, how: 'approve' | 'reject') =>
    post(path(['devices', device, 'children', child.name, how]))
      .then(() => {
        setFailure(undefined);
        children.reload();
      })
      .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
  return (
    <Section title={m.registry.device.children} hint={m.registry.device.childrenHint} flush>
      {failure && <Said>{failure}</Said>}
      <Table aria-label={m.registry.device.children} variant="compact">
        <Thead>
          <Tr>
            <Th>{m.registry.device.child}</Th>
            <Th>{m.registry.device.childState}</Th>
            <Th>{m.registry.device.driver}</Th>
            <Th>{m.registry.device.childHardware}</Th>
            <Th>{m.registry.device.childSeen}</Th>
            <Th screenReaderText={m.registry.device.approve} />
          </Tr>
        </Thead>
        <Tbody>
          {rows.map((child) => (
            <Tr key={child.name}>
              <Td dataLabel={m.registry.device.child}>
                {child.state === 'approved' ? <Link to={`/devices/${encodeURIComponent(child.device)}`}>{child.name}</Link> : child.name}
              </Td>
              <Td dataLabel={m.registry.device.childState}>{m.registry.device.childStates[child.state]}</Td>
              <Td dataLabel={m.registry.device.driver}>{child.driver}</Td>
              <Td dataLabel={m.registry.device.childHardware}>{child.hardware}</Td>
              <Td dataLabel={m.registry.device.childSeen}>
                <Time at={child.lastSeen} />
              </Td>
              <Td isActionCell>
                {may && child.state !== 'approved' && (
                  <Flex gap={{ default: 'gapSm' }}>
                    <Button variant="secondary" size="sm" onClick={() => void decide(child, 'approve')}>
                      {m.registry.device.approve}
                    </Button>
                    {child.state === 'waiting' && (
                      <Button variant="link" size="sm" onClick={() => void decide(child, 'reject')}>
                        {m.registry.device.reject}
                      </Button>
                    )}
                  </Flex>
                )}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </Section>
  );
}
