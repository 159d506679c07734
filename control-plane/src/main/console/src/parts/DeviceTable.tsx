import { Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Link } from 'react-router';
import type { Device, Page } from '../api/types';
import { m } from '../i18n';
import { Connection, InStep, StateLabel } from './Labels';
import { Pager } from './Pager';
import { Time } from './Time';

/** A page of devices, each with a link to its own. */
export function DeviceTable({ page, label }: { page: Page<Device>; label: string }) {
  return (
    <>
      <Table aria-label={label} variant="compact">
        <Thead>
          <Tr>
            <Th>{m.fleet.columns.device}</Th>
            <Th>{m.fleet.columns.status}</Th>
            <Th>{m.fleet.columns.connection}</Th>
            <Th>{m.fleet.columns.site}</Th>
            <Th>{m.fleet.columns.image}</Th>
            <Th>{m.fleet.columns.policy}</Th>
            <Th>{m.fleet.columns.inStep}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((device) => (
            <Tr key={device.id}>
              <Td dataLabel={m.fleet.columns.device}>
                <Link to={`/devices/${encodeURIComponent(device.id)}`}>{device.name || device.id}</Link>
                {device.name && device.name !== device.id && <div className="muster-quiet muster-id">{device.id}</div>}
              </Td>
              <Td dataLabel={m.fleet.columns.status}>
                <StateLabel state={device.status} words={m.status} /> {device.kind === 'foreign' && <Label isCompact>{m.bridges.foreign}</Label>}
              </Td>
              <Td dataLabel={m.fleet.columns.connection}>
                <Connection device={device} />
                {!device.online && (
                  <div className="muster-quiet">
                    <Time at={device.lastSeen} />
                  </div>
                )}
              </Td>
              <Td dataLabel={m.fleet.columns.site}>{device.site || m.common.none}</Td>
              <Td dataLabel={m.fleet.columns.image}>{device.image?.version || m.common.none}</Td>
              <Td dataLabel={m.fleet.columns.policy}>{device.policyVersion || m.common.none}</Td>
              <Td dataLabel={m.fleet.columns.inStep}>
                {device.kind === 'foreign' ? m.common.none : <InStep device={device} />}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Pager next={page.next} />
    </>
  );
}
