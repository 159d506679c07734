import { Button, Card, CardBody, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { path } from '../../api/client';
import { kindOf, type Command } from '../../api/commands';
import { useLive } from '../../api/live';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { StateLabel } from '../../parts/Labels';
import { PageHead } from '../../parts/PageHead';
import { Pager } from '../../parts/Pager';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { RunCommand } from './RunCommand';

/** Every command, newest first. */
export function CommandsPage() {
  const [query] = useSearchParams();
  const [asking, setAsking] = useState(false);
  const may = useMay('operator');
  const who = useWho();
  const go = useNavigate();
  const commands = useGet<Page<Command>>(path(['commands'], { limit: 25, cursor: query.get('cursor') }));
  useLive((kind) => kind === 'command', commands.reload);
  return (
    <>
      <PageHead title={m.commands.title} actions={may && <Button onClick={() => setAsking(true)}>{m.commands.run}</Button>} />
      <PageSection isFilled>
        <Card className="muster-flush">
          <CardBody>
            <Shown remote={commands} lines={6}>
              {(page) =>
                page.items.length === 0 ? (
                  <Nothing title={m.commands.emptyTitle}>{m.commands.emptyText}</Nothing>
                ) : (
                  <>
                    <Table aria-label={m.commands.title} variant="compact">
                      <Thead>
                        <Tr>
                          <Th width={40}>{m.commands.columns.command}</Th>
                          <Th>{m.commands.columns.state}</Th>
                          <Th>{m.commands.columns.progress}</Th>
                          <Th>{m.commands.columns.created}</Th>
                        </Tr>
                      </Thead>
                      <Tbody>
                        {page.items.map((command) => (
                          <Tr key={command.id}>
                            <Td dataLabel={m.commands.columns.command}>
                              <Link to={`/commands/${command.id}`}>{kindOf(command)}</Link>
                            </Td>
                            <Td dataLabel={m.commands.columns.state}>
                              <StateLabel state={command.state} words={m.commands.states} />
                            </Td>
                            <Td dataLabel={m.commands.columns.progress}>
                              {m.commands.of(command.done, command.size)}
                              {notDone(command) > 0 && (
                                <span className="muster-bad">, {m.commands.notDone(notDone(command))}</span>
                              )}
                            </Td>
                            <Td dataLabel={m.commands.columns.created}>
                              <Time at={command.createdAt} /> {m.common.by(who(command.createdBy, command.createdByName))}
                            </Td>
                          </Tr>
                        ))}
                      </Tbody>
                    </Table>
                    <Pager next={page.next} />
                  </>
                )
              }
            </Shown>
          </CardBody>
        </Card>
      </PageSection>
      {asking && <RunCommand done={(made) => void go(`/commands/${made.id}`)} close={() => setAsking(false)} />}
    </>
  );
}

export function notDone(command: Command): number {
  return command.failed + command.rejected + command.expired;
}
