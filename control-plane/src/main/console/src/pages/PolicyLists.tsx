import { Card, CardBody, ClipboardCopy, CodeBlock, CodeBlockCode } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Link, useSearchParams } from 'react-router';
import { path } from '../api/client';
import type { Page, PolicyDocument, PolicyVersion } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Pager } from '../parts/Pager';
import { Said } from '../parts/Said';
import { Nothing, Shown } from '../parts/States';
import { Time } from '../parts/Time';
import { useWho } from '../parts/useRoles';

export function PolicyDocuments() {
  const who = useWho();
  const [query, setQuery] = useSearchParams();
  const documents = useGet<Page<PolicyDocument>>(path(['policy', 'documents'], { limit: 50, cursor: query.get('cursor') }));
  const open = query.get('open');
  const toggle = (key: string) => {
    const to = new URLSearchParams(query);
    if (open === key) {
      to.delete('open');
    } else {
      to.set('open', key);
    }
    setQuery(to, { replace: true, preventScrollReset: true });
  };

  return (
    <Card className="muster-flush">
      <CardBody>
        <Shown remote={documents}>
          {(page) =>
            page.items.length === 0 ? (
              <Nothing title={m.permissions.documentsEmpty}>
                <p>{m.permissions.documentsEmptyText}</p>
                <Command>muster policy apply policies/*.yaml</Command>
              </Nothing>
            ) : (
              <>
                <Table aria-label={m.permissions.documentsTab} variant="compact">
                  <Thead>
                    <Tr>
                      <Th screenReaderText={m.permissions.showText} />
                      <Th>{m.permissions.kind}</Th>
                      <Th>{m.permissions.name}</Th>
                      <Th>{m.permissions.updated}</Th>
                    </Tr>
                  </Thead>
                  {page.items.map((document, rowIndex) => {
                    const key = document.kind + '/' + document.name;
                    const isExpanded = open === key;
                    return (
                      <Tbody key={key} isExpanded={isExpanded}>
                        <Tr isContentExpanded={isExpanded}>
                          <Td expand={{ rowIndex, isExpanded, onToggle: () => toggle(key) }} />
                          <Td dataLabel={m.permissions.kind}>{document.kind}</Td>
                          <Td dataLabel={m.permissions.name}>{document.name}</Td>
                          <Td dataLabel={m.permissions.updated}>
                            <Time at={document.updatedAt} /> {document.updatedBy && m.common.by(who(document.updatedBy))}
                          </Td>
                        </Tr>
                        {isExpanded && (
                          <Tr isExpanded>
                            <Td />
                            <Td colSpan={3}>
                              <ExpandableRowContent>
                                <Yaml kind={document.kind} name={document.name} />
                              </ExpandableRowContent>
                            </Td>
                          </Tr>
                        )}
                      </Tbody>
                    );
                  })}
                </Table>
                <Pager next={page.next} />
                <p className="muster-inset muster-quiet"><Said>{m.permissions.draftNote}</Said></p>
              </>
            )
          }
        </Shown>
      </CardBody>
    </Card>
  );
}

function Yaml({ kind, name }: { kind: string; name: string }) {
  const document = useGet<PolicyDocument>(path(['policy', 'documents', kind, name]));
  return (
    <Shown remote={document}>
      {(shown) => (
        <CodeBlock>
          <CodeBlockCode>{shown.yaml}</CodeBlockCode>
        </CodeBlock>
      )}
    </Shown>
  );
}

export function PolicyVersions() {
  const who = useWho();
  const [query] = useSearchParams();
  const versions = useGet<Page<PolicyVersion>>(path(['policy', 'versions'], { limit: 50, cursor: query.get('cursor') }));
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
                      <Th>{m.permissions.version}</Th>
                      <Th>{m.permissions.comment}</Th>
                      <Th>{m.permissions.published}</Th>
                      <Th>{m.permissions.rollout}</Th>
                    </Tr>
                  </Thead>
                  <Tbody>
                    {page.items.map((version) => (
                      <Tr key={version.version}>
                        <Td dataLabel={m.permissions.version}>{version.version}</Td>
                        <Td dataLabel={m.permissions.comment}>{version.comment || m.common.none}</Td>
                        <Td dataLabel={m.permissions.published}>
                          <Time at={version.publishedAt} /> {version.publishedBy && m.common.by(who(version.publishedBy))}
                        </Td>
                        <Td dataLabel={m.permissions.rollout}>
                          <RolloutLink rollout={version.rollout} />
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
  );
}

function RolloutLink({ rollout }: { rollout: PolicyVersion['rollout'] }) {
  const id = typeof rollout === 'string' ? rollout : rollout?.id;
  return id ? <Link to={`/rollouts/${encodeURIComponent(id)}`}>{m.permissions.showRollout}</Link> : <>{m.common.none}</>;
}

function Command({ children }: { children: string }) {
  return (
    <ClipboardCopy isReadOnly isCode hoverTip={m.common.copy} clickTip={m.common.copied}>
      {children}
    </ClipboardCopy>
  );
}
