import { Button, Card, CardBody, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { path } from '../api/client';
import { useLive } from '../api/live';
import type { Group, Page } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { count } from '../parts/format';
import { PageHead } from '../parts/PageHead';
import { Pager } from '../parts/Pager';
import { Nothing, Shown } from '../parts/States';
import { useMay } from '../parts/useRoles';
import { GroupForm } from './GroupForm';

export function GroupsPage() {
  const [query] = useSearchParams();
  const groups = useGet<Page<Group>>(path(['groups'], { limit: 25, cursor: query.get('cursor') }));
  const [open, setOpen] = useState(false);
  const may = useMay('operator');
  const navigate = useNavigate();
  useLive((kind) => kind === 'device', groups.reload);
  const create = may && (
    <Button variant="primary" onClick={() => setOpen(true)}>
      {m.registry.groups.create}
    </Button>
  );

  return (
    <>
      <PageHead title={m.registry.groups.title} text={m.registry.groups.text} actions={create} />
      <PageSection isFilled>
        <Card className="muster-flush">
          <CardBody>
            <Shown remote={groups} lines={6}>
              {(page) =>
                page.items.length === 0 ? (
                  <Nothing title={m.registry.groups.emptyTitle}>{m.registry.groups.emptyText}</Nothing>
                ) : (
                  <Groups page={page} />
                )
              }
            </Shown>
          </CardBody>
        </Card>
      </PageSection>
      {open && (
        <GroupForm
          done={(group) => void navigate(`/groups/${encodeURIComponent(group.name)}`)}
          close={() => setOpen(false)}
        />
      )}
    </>
  );
}

function Groups({ page }: { page: Page<Group> }) {
  return (
    <>
      <Table aria-label={m.registry.groups.title} variant="compact">
        <Thead>
          <Tr>
            <Th>{m.registry.groups.name}</Th>
            <Th>{m.registry.groups.kind}</Th>
            <Th className="muster-right">{m.registry.groups.members}</Th>
            <Th width={50}>{m.registry.groups.query}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((group) => (
            <Tr key={group.name}>
              <Td dataLabel={m.registry.groups.name}>
                <Link to={`/groups/${encodeURIComponent(group.name)}`}>{group.name}</Link>
                {group.description && <div className="muster-quiet muster-break">{group.description}</div>}
              </Td>
              <Td dataLabel={m.registry.groups.kind}>{m.registry.groups.kinds[group.kind] ?? group.kind}</Td>
              <Td dataLabel={m.registry.groups.members} className="muster-right">
                {count(group.members)}
              </Td>
              <Td dataLabel={m.registry.groups.query}>
                {group.query ? <span className="muster-code">{group.query}</span> : m.common.none}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Pager next={page.next} />
    </>
  );
}
