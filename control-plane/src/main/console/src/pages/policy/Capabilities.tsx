import { Button, Label, LabelGroup } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link } from 'react-router';
import { path, post, remove } from '../../api/client';
import type { CapabilityRow, UrgentChange } from '../../api/policy';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { StateLabel } from '../../parts/Labels';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { short } from '../../parts/Verdict';
import { Command } from './Command';

/** Rights that end, and changes that skipped the waves. */
export function Capabilities() {
  const words = m.policy.capabilities;
  const may = useMay('security-officer');
  const [revoking, setRevoking] = useState<string>();
  const capabilities = useGet<Page<CapabilityRow>>(path(['policy', 'capabilities']));
  const urgent = useGet<Page<UrgentChange>>(path(['policy', 'urgent']));
  const reload = () => [capabilities, urgent].forEach((remote) => remote.reload());
  return (
    <>
      <Section title={m.policy.tabs['capabilities'] ?? ''} flush>
        <Shown remote={capabilities}>
          {({ items }) =>
            items.length === 0 ? (
              <Nothing title={words.empty}>
                <p>{words.emptyText}</p>
                <Command>muster policy apply capability.yaml</Command>
              </Nothing>
            ) : (
              <Table aria-label={m.policy.tabs['capabilities']} variant="compact">
                <Thead>
                  <Tr>
                    <Th>{words.name}</Th>
                    <Th>{words.state}</Th>
                    <Th>{words.gives}</Th>
                    <Th>{words.valid}</Th>
                    <Th>{words.holders}</Th>
                    <Th screenReaderText={words.revoke} />
                  </Tr>
                </Thead>
                <Tbody>
                  {items.map((capability) => (
                    <Tr key={capability.name}>
                      <Td dataLabel={words.name}>
                        <Link to={`/permissions/edit/Capability/${encodeURIComponent(capability.name)}`}>{capability.name}</Link>
                        {capability.holder && (
                          <div className="muster-quiet" title={capability.holder}>
                            {words.delegable(capability.holder)}
                          </div>
                        )}
                        {capability.revokedBlocks && capability.revokedBlocks.length > 0 && (
                          <div className="muster-quiet" title={capability.revokedBlocks.map((block) => `${block.id} ${block.reason}`).join('\n')}>
                            {words.revokedBlocks(capability.revokedBlocks.length)}
                          </div>
                        )}
                      </Td>
                      <Td dataLabel={words.state}>
                        <StateLabel state={LOOKS[capability.state] ?? capability.state} words={{ ...words.states, ...byLook(capability.state) }} />
                      </Td>
                      <Td dataLabel={words.gives}>
                        <LabelGroup numLabels={4}>
                          {capability.permissions.map((permission) => (
                            <Label key={permission} isCompact>
                              {short(permission)}
                            </Label>
                          ))}
                        </LabelGroup>
                      </Td>
                      <Td dataLabel={words.valid}>
                        {capability.notBefore && (
                          <>
                            {words.from} <Time at={capability.notBefore} />{' '}
                          </>
                        )}
                        {words.until} <Time at={capability.notAfter} />
                      </Td>
                      <Td dataLabel={words.holders}>
                        {capability.deviceBound && bound(capability.devices)}
                        {capability.devicesHolding !== null && capability.devicesHolding !== undefined && (
                          <div className="muster-quiet">{m.common.devices(capability.devicesHolding)}</div>
                        )}
                      </Td>
                      <Td isActionCell>
                        {may && (capability.state === 'active' || capability.state === 'pending') && (
                          <Button variant="link" isInline isDanger onClick={() => setRevoking(capability.name)}>
                            {words.revoke}
                          </Button>
                        )}
                      </Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
            )
          }
        </Shown>
      </Section>
      <Urgent urgent={urgent.data?.items ?? []} may={may} done={reload} />
      {revoking && (
        <Confirm
          title={words.revokeTitle(revoking)}
          text={words.revokeText}
          action={words.revoke}
          danger
          run={() => post(path(['policy', 'capabilities', revoking, 'revoke'])).then(reload)}
          close={() => setRevoking(undefined)}
        />
      )}
    </>
  );
}

/** The devices by name while they are few. */
function bound(devices: CapabilityRow['devices']): string {
  const ids = typeof devices === 'object' ? (devices.ids ?? []) : [];
  return ids.length > 0 && ids.length <= 3 ? ids.join(', ') : m.policy.capabilities.deviceBound;
}

// The colours of states that mean the same elsewhere.
const LOOKS: Record<string, string> = { active: 'active', pending: 'waiting', ended: 'stopped', revoked: 'stopped' };
const byLook = (state: string) => ({ [LOOKS[state] ?? state]: m.policy.capabilities.states[state] ?? state });

function Urgent({ urgent, may, done }: { urgent: UrgentChange[]; may: boolean; done: () => void }) {
  const words = m.policy.capabilities;
  const who = useWho();
  const [withdrawing, setWithdrawing] = useState<UrgentChange>();
  if (urgent.length === 0) {
    return null;
  }
  return (
    <div className="muster-gap-top">
      <Section title={words.urgent} hint={words.urgentText} flush>
        <Table aria-label={words.urgent} variant="compact">
          <Tbody>
            {urgent.map((change) => (
              <Tr key={change.kind + change.name}>
                <Td>
                  {words.urgentKinds[change.kind] ?? change.kind} {change.name}
                  {change.reason && <div className="muster-quiet">{change.reason}</div>}
                </Td>
                <Td>
                  <Time at={change.since} /> {change.by && m.common.by(who(change.by, change.byName))}
                </Td>
                <Td>{change.pending > 0 && words.pending(change.pending)}</Td>
                <Td isActionCell>
                  {may && change.kind === 'guard-rail' && (
                    <Button variant="link" isInline onClick={() => setWithdrawing(change)}>
                      {words.withdraw}
                    </Button>
                  )}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </Section>
      {withdrawing && (
        <Confirm
          title={`${words.withdraw}: ${withdrawing.name}?`}
          text={words.urgentText}
          action={words.withdraw}
          run={() => remove(path(['policy', 'guard-rails', withdrawing.name, 'enforce-now'])).then(done)}
          close={() => setWithdrawing(undefined)}
        />
      )}
    </div>
  );
}
