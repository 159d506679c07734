import {
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Grid,
  GridItem,
  PageSection,
} from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { path, post } from '../../api/client';
import { kindOf, STATES, type Command, type CommandOnDevice } from '../../api/commands';
import { useLive } from '../../api/live';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { count } from '../../parts/format';
import { StateLabel } from '../../parts/Labels';
import { PageHead } from '../../parts/PageHead';
import { Pager } from '../../parts/Pager';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { Answer } from './Answer';

/** One command: how far it is, what failed and why, and every device. */
export function CommandPage() {
  const { id = '' } = useParams();
  const [query] = useSearchParams();
  const [cancelling, setCancelling] = useState(false);
  const may = useMay('operator');
  const who = useWho();
  const command = useGet<Command>(path(['commands', id]));
  const devices = useGet<Page<CommandOnDevice>>(
    path(['commands', id, 'devices'], { limit: 25, cursor: query.get('cursor') }),
  );
  const reload = () => [command, devices].forEach((remote) => remote.reload());
  useLive((kind, changed) => kind === 'command' && changed === id, reload);
  const known = command.data;
  return (
    <>
      <PageHead
        title={known ? kindOf(known) : id}
        parent={{ to: '/commands', text: m.commands.title }}
        marks={known && <StateLabel state={known.state} words={m.commands.states} />}
        actions={
          may &&
          known?.state === 'running' && (
            <Button variant="secondary" isDanger onClick={() => setCancelling(true)}>
              {m.commands.cancel}
            </Button>
          )
        }
      />
      <PageSection isFilled>
        <Shown remote={command} lines={8}>
          {(shown) => (
            <Grid hasGutter>
              <GridItem lg={5}>
                <Section title={m.commands.counts}>
                  <DescriptionList isHorizontal isCompact termWidth="7rem">
                    {STATES.map((state) => (
                      <DescriptionListGroup key={state}>
                        <DescriptionListTerm>{m.commands.deviceStates[state]}</DescriptionListTerm>
                        <DescriptionListDescription>{count(shown[state])}</DescriptionListDescription>
                      </DescriptionListGroup>
                    ))}
                    <DescriptionListGroup>
                      <DescriptionListTerm>{m.commands.deadline}</DescriptionListTerm>
                      <DescriptionListDescription>
                        <Time at={shown.deadline} />
                      </DescriptionListDescription>
                    </DescriptionListGroup>
                    <DescriptionListGroup>
                      <DescriptionListTerm>{m.commands.columns.created}</DescriptionListTerm>
                      <DescriptionListDescription>
                        <Time at={shown.createdAt} /> {m.common.by(who(shown.createdBy, shown.createdByName))}
                      </DescriptionListDescription>
                    </DescriptionListGroup>
                  </DescriptionList>
                </Section>
              </GridItem>
              <GridItem lg={7}>
                <Causes command={shown} />
              </GridItem>
              <GridItem>
                <Section title={m.commands.devices} flush>
                  <Shown remote={devices}>
                    {(page) => (
                      <>
                        <Table aria-label={m.commands.devices} variant="compact">
                          <Thead>
                            <Tr>
                              <Th>{m.commands.columns.device}</Th>
                              <Th>{m.commands.columns.state}</Th>
                              <Th>{m.commands.columns.since}</Th>
                              <Th width={50}>{m.commands.columns.answer}</Th>
                            </Tr>
                          </Thead>
                          <Tbody>
                            {page.items.map((row) => (
                              <Tr key={row.device}>
                                <Td dataLabel={m.commands.columns.device}>
                                  <Link to={`/devices/${encodeURIComponent(row.device)}`}>{row.device}</Link>
                                </Td>
                                <Td dataLabel={m.commands.columns.state}>
                                  <StateLabel state={row.state} words={m.commands.deviceStates} />
                                </Td>
                                <Td dataLabel={m.commands.columns.since}>
                                  <Time at={row.since} />
                                </Td>
                                <Td dataLabel={m.commands.columns.answer} className="muster-break">
                                  <Answer row={row} />
                                </Td>
                              </Tr>
                            ))}
                          </Tbody>
                        </Table>
                        <Pager next={page.next} />
                      </>
                    )}
                  </Shown>
                </Section>
              </GridItem>
            </Grid>
          )}
        </Shown>
      </PageSection>
      {cancelling && (
        <Confirm
          title={m.commands.cancelTitle}
          text={m.commands.cancelText}
          action={m.commands.cancel}
          danger
          run={() => post(path(['commands', id, 'cancel'])).then(reload)}
          close={() => setCancelling(false)}
        />
      )}
    </>
  );
}

function Causes({ command }: { command: Command }) {
  return (
    <Section title={m.commands.causes} flush>
      {command.causes.length === 0 ? (
        <p className="muster-inset muster-quiet">{m.commands.noCauses}</p>
      ) : (
        <Table aria-label={m.commands.causes} variant="compact">
          <Tbody>
            {command.causes.map((cause) => (
              <Tr key={cause.state + cause.reason}>
                <Td>
                  <StateLabel state={cause.state} words={m.commands.deviceStates} />
                </Td>
                <Td className="muster-break">
                  {m.commands.reasons[cause.reason] ?? cause.reason}
                  <div className="muster-quiet">
                    {cause.output ? cause.output.slice(0, 200) + ', ' : ''}
                    {m.commands.suchAs(cause.example)}
                  </div>
                </Td>
                <Td className="muster-right">{count(cause.devices)}</Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </Section>
  );
}
