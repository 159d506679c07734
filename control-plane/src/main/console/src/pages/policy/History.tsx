import { Button, Card, CardBody, Label } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { path, post } from '../../api/client';
import type { PolicyDiff } from '../../api/policy';
import type { Page, PolicyVersion } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Diff } from '../../parts/Diff';
import { Pager } from '../../parts/Pager';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { Command } from './Command';

/** What was published, by whom, what it changed, and the way back. */
export function History() {
  const words = m.policy.history;
  const who = useWho();
  const may = useMay('security-officer');
  const go = useNavigate();
  const [query] = useSearchParams();
  const [open, setOpen] = useState<number>();
  const [back, setBack] = useState<number>();
  const versions = useGet<Page<PolicyVersion>>(path(['policy', 'versions'], { limit: 50, cursor: query.get('cursor') }));

  const rollback = async (version: number) => {
    const done = await post<{ version: number; rollout: string | null }>(path(['policy', 'rollback']), { version });
    if (done.rollout) {
      go(`/rollouts/${encodeURIComponent(done.rollout)}`);
    } else {
      versions.reload();
    }
  };

  return (
    <Card className="muster-flush">
      <CardBody>
        <Shown remote={versions}>
          {(page) =>
            page.items.length === 0 ? (
              <Nothing title={m.permissions.versionsEmpty}>
                <p>{m.permissions.versionsEmptyText}</p>
                <Command>muster policy publish --wave canary=1 --wave 100%</Command>
              </Nothing>
            ) : (
              <>
                <Table aria-label={m.permissions.versionsTab} variant="compact">
                  <Thead>
                    <Tr>
                      <Th screenReaderText={words.diff} />
                      <Th>{m.permissions.version}</Th>
                      <Th>{m.permissions.comment}</Th>
                      <Th>{m.permissions.published}</Th>
                      <Th>{m.permissions.rollout}</Th>
                      <Th screenReaderText={words.rollback} />
                    </Tr>
                  </Thead>
                  {page.items.map((version, rowIndex) => {
                    const isExpanded = open === version.version;
                    // The next in the list is the one before it in time; on the last row of a page it is not known here.
                    const before = page.items.slice(rowIndex + 1).find((other) => other.kind !== 'shadow')?.version ?? version.version - 1;
                    return (
                      <Tbody key={version.version} isExpanded={isExpanded}>
                        <Tr isContentExpanded={isExpanded}>
                          <Td expand={{ rowIndex, isExpanded, onToggle: () => setOpen(isExpanded ? undefined : version.version) }} />
                          <Td dataLabel={m.permissions.version}>
                            {version.version} {version.kind === 'shadow' && <Label isCompact>{words.kinds['shadow']}</Label>}
                          </Td>
                          <Td dataLabel={m.permissions.comment}>
                            {version.comment || m.common.none}
                            {version.rolledBackFrom && <div className="muster-quiet">{words.rolledBackFrom(version.rolledBackFrom)}</div>}
                          </Td>
                          <Td dataLabel={m.permissions.published}>
                            <Time at={version.publishedAt} /> {version.publishedBy && m.common.by(who(version.publishedBy))}
                          </Td>
                          <Td dataLabel={m.permissions.rollout}>
                            <RolloutLink rollout={version.rollout} />
                          </Td>
                          <Td isActionCell modifier="nowrap">
                            {may && rowIndex > 0 && version.kind !== 'shadow' && (
                              <Button variant="link" isInline onClick={() => setBack(version.version)}>
                                {words.rollback}
                              </Button>
                            )}
                          </Td>
                        </Tr>
                        {isExpanded && (
                          <Tr isExpanded>
                            <Td />
                            <Td colSpan={5}>
                              <ExpandableRowContent>
                                <Changes from={before} to={version.version} />
                              </ExpandableRowContent>
                            </Td>
                          </Tr>
                        )}
                      </Tbody>
                    );
                  })}
                </Table>
                <Pager next={page.next} />
              </>
            )
          }
        </Shown>
        {back !== undefined && (
          <Confirm
            title={words.rollbackTitle(back)}
            text={words.rollbackText(back)}
            action={words.rollback}
            run={() => rollback(back)}
            close={() => setBack(undefined)}
          />
        )}
      </CardBody>
    </Card>
  );
}

function Changes({ from, to }: { from: number; to: number }) {
  const words = m.policy.history;
  const diff = useGet<PolicyDiff>(from > 0 ? path(['policy', 'diff'], { from, to }) : null);
  if (from <= 0) {
    return <p className="muster-quiet">{words.first}</p>;
  }
  return (
    <Shown remote={diff}>
      {({ documents }) => (
        <>
          <p className="muster-quiet">{words.from(from)}</p>
          {documents.length === 0 && <p>{words.same}</p>}
          {documents.map((document) => (
            <section key={document.kind + '/' + document.name} className="muster-gap-top">
              <strong>
                {document.kind} {document.name}
              </strong>{' '}
              <Label isCompact>{words[document.change]}</Label>
              <Diff before={document.before ?? ''} after={document.after ?? ''} label={`${document.kind} ${document.name}`} />
            </section>
          ))}
        </>
      )}
    </Shown>
  );
}

function RolloutLink({ rollout }: { rollout: PolicyVersion['rollout'] }) {
  const id = typeof rollout === 'string' ? rollout : rollout?.id;
  return id ? <Link to={`/rollouts/${encodeURIComponent(id)}`}>{m.permissions.showRollout}</Link> : <>{m.common.none}</>;
}
