import { Card, CardBody, PageSection, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { path } from '../api/client';
import type { AuditEntry, Page } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { plain } from '../parts/format';
import { PageHead } from '../parts/PageHead';
import { Pager } from '../parts/Pager';
import { Nothing, Shown } from '../parts/States';
import { Time } from '../parts/Time';
import { useWho } from '../parts/useRoles';

export function AuditPage() {
  const [query, setQuery] = useSearchParams();
  const object = query.get('object') ?? '';
  const entries = useGet<Page<AuditEntry>>(path(['audit'], { object, limit: 50, cursor: query.get('cursor') }));
  const [typed, setTyped] = useState(object);
  useEffect(() => setTyped(object), [object]);
  const filter = (value: string) => setQuery(value ? { object: value } : {});

  return (
    <>
      <PageHead title={m.audit.title} text={m.audit.text} />
      <PageSection isFilled>
        <Card className="muster-flush">
          <CardBody>
            <Toolbar className="muster-toolbar" inset={{ default: 'insetMd' }}>
              <ToolbarContent>
                <ToolbarItem className="muster-search">
                  <SearchInput
                    aria-label={m.audit.filter}
                    placeholder={m.audit.filterPlaceholder}
                    value={typed}
                    onChange={(_, value) => setTyped(value)}
                    onSearch={(_, value) => filter(value.trim())}
                    onClear={() => filter('')}
                    submitSearchButtonLabel={m.fleet.searchGo}
                    resetButtonLabel={m.common.clear}
                  />
                </ToolbarItem>
              </ToolbarContent>
            </Toolbar>
            <Shown remote={entries} lines={8}>
              {(page) =>
                page.items.length === 0 ? <Nothing title={m.audit.emptyTitle}>{m.audit.emptyText}</Nothing> : <Entries page={page} />
              }
            </Shown>
          </CardBody>
        </Card>
      </PageSection>
    </>
  );
}

function Entries({ page }: { page: Page<AuditEntry> }) {
  const who = useWho();
  return (
    <>
      <Table aria-label={m.audit.title} variant="compact" className="muster-fixed">
        <Thead>
          <Tr>
            <Th width={10}>{m.audit.columns.at}</Th>
            <Th width={15}>{m.audit.columns.actor}</Th>
            <Th width={15}>{m.audit.columns.verb}</Th>
            <Th width={25}>{m.audit.columns.object}</Th>
            <Th width={10}>{m.audit.columns.outcome}</Th>
            <Th width={25}>{m.audit.columns.detail}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((entry) => (
            <Tr key={entry.id}>
              <Td dataLabel={m.audit.columns.at} modifier="nowrap">
                <Time at={entry.at} />
              </Td>
              <Td dataLabel={m.audit.columns.actor} className="muster-break">
                <span title={plain(entry.actor)}>{who(entry.actor, entry.actorName)}</span>
              </Td>
              <Td dataLabel={m.audit.columns.verb}>{entry.verb}</Td>
              <Td dataLabel={m.audit.columns.object} className="muster-break">
                {entry.object}
              </Td>
              <Td dataLabel={m.audit.columns.outcome}>{entry.outcome}</Td>
              <Td dataLabel={m.audit.columns.detail} className="muster-break muster-quiet">
                {plain(entry.detail)}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Pager next={page.next} />
    </>
  );
}
