import { Button, Card, CardBody, CodeBlock, CodeBlockCode, Dropdown, DropdownItem, DropdownList, MenuToggle, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { path } from '../../api/client';
import type { Page, PolicyDocument } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Pager } from '../../parts/Pager';
import { Said } from '../../parts/Said';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { Command } from './Command';
import { PublishModal } from './PublishModal';
import { TEMPLATES } from './templates';

/** The draft: every document as it is now, published or not. */
export function Documents() {
  const who = useWho();
  const may = useMay('security-officer');
  const [publishing, setPublishing] = useState(false);
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
        {may && (
          <Toolbar className="muster-toolbar" inset={{ default: 'insetMd' }}>
            <ToolbarContent>
              <ToolbarItem>
                <NewDocument />
              </ToolbarItem>
              <ToolbarItem>
                <Button onClick={() => setPublishing(true)} isDisabled={!documents.data?.items.length}>
                  {m.policy.publish.go}
                </Button>
              </ToolbarItem>
            </ToolbarContent>
          </Toolbar>
        )}
        {publishing && <PublishModal close={() => setPublishing(false)} />}
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
                          <Td dataLabel={m.permissions.name}>
                            <Link to={`/permissions/edit/${encodeURIComponent(document.kind)}/${encodeURIComponent(document.name)}`}>{document.name}</Link>
                          </Td>
                          <Td dataLabel={m.permissions.updated}>
                            <Time at={document.updatedAt} /> {document.updatedBy && m.common.by(who(document.updatedBy, document.updatedByName))}
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

function NewDocument() {
  const words = m.policy.editor;
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={(_, kind) => go('/permissions/edit?kind=' + encodeURIComponent(String(kind)))}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={open} onClick={() => setOpen(!open)} variant="secondary">
          {words.add}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {Object.keys(TEMPLATES).map((kind) => (
          <DropdownItem key={kind} value={kind}>
            {words.templates[kind] ?? kind}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
