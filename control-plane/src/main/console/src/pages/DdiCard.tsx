import {
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState, type ReactNode } from 'react';
import { path, post } from '../api/client';
import type { DdiAction, DdiClient } from '../api/ddi';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Said } from '../parts/Said';
import { Section } from '../parts/Section';
import { Shown } from '../parts/States';
import { Time } from '../parts/Time';
import { useMay } from '../parts/useRoles';

const words = m.ddi;

/** What a device of hawkBit's protocol said and is asked to do. */
export function DdiCard({ device }: { device: string }) {
  const client = useGet<DdiClient>(path(['devices', device, 'ddi']));
  const may = useMay('operator');
  const [failure, setFailure] = useState<string>();
  const cancel = (action: DdiAction) =>
    post(path(['devices', device, 'ddi', 'actions', String(action.id), 'cancel']))
      .then(() => {
        setFailure(undefined);
        client.reload();
      })
      .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
  return (
    <Section title={words.title} hint={words.hint}>
      <Shown remote={client} lines={4}>
        {(found) => (
          <>
            {failure && <Said>{failure}</Said>}
            <DescriptionList isCompact isHorizontal columnModifier={{ lg: '2Col' }}>
              <Fact term={words.controller}>{found.controller}</Fact>
              <Fact term={words.lastPoll}>{found.lastPoll ? <Time at={found.lastPoll} /> : words.never}</Fact>
              {found.agent && <Fact term={words.agent}>{found.agent}</Fact>}
            </DescriptionList>
            {found.actions.length === 0 ? (
              <p className="muster-quiet">{words.none}</p>
            ) : (
              <Table aria-label={words.actions} variant="compact">
                <Thead>
                  <Tr>
                    <Th>{words.action}</Th>
                    <Th>{words.state}</Th>
                    <Th>{words.targets}</Th>
                    <Th>{words.said}</Th>
                    <Th screenReaderText={words.cancel} />
                  </Tr>
                </Thead>
                <Tbody>
                  {found.actions.map((action) => (
                    <Tr key={action.id}>
                      <Td dataLabel={words.action}>{action.id}</Td>
                      <Td dataLabel={words.state}>{words.states[action.state] ?? action.state}</Td>
                      <Td dataLabel={words.targets}>{action.targets.join(', ')}</Td>
                      <Td dataLabel={words.said}>{action.history[0]?.messages.join('; ') ?? ''}</Td>
                      <Td isActionCell>
                        {may && !action.endedAt && action.state !== 'canceling' && (
                          <Button variant="secondary" size="sm" aria-label={words.cancelOf(action.id)} onClick={() => void cancel(action)}>
                            {words.cancel}
                          </Button>
                        )}
                      </Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
            )}
          </>
        )}
      </Shown>
    </Section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
