import { Button, Card, CardBody, Label, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { patch, path, remove } from '../../api/client';
import type { Tenant } from '../../api/tenants';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { Quotas, SuspendForm, TenantForm } from './TenantForms';

const words = m.tenants;
const COLORS = { active: 'green', suspended: 'orange', deleting: 'red', deleted: 'grey' } as const;

type Open = { what: 'create' } | { what: 'suspend' | 'resume' | 'delete'; tenant: Tenant };

/** The tenants of this installation; each opens to its quotas. Which one is open is in the address. */
export function TenantsTab() {
  const [query, setQuery] = useSearchParams();
  const tenants = useGet<Page<Tenant>>(path(['tenants']));
  const [open, setOpen] = useState<Open>();
  const shown = query.get('tenant') ?? '';
  const show = (tenant: string) => setQuery(tenant ? { tab: 'tenants', tenant } : { tab: 'tenants' });
  const close = () => setOpen(undefined);
  return (
    <>
      <Card className="muster-flush">
        <CardBody>
          <Toolbar className="muster-toolbar" inset={{ default: 'insetMd' }}>
            <ToolbarContent alignItems="center">
              <ToolbarItem className="muster-quiet muster-grow">{words.hint}</ToolbarItem>
              <ToolbarItem align={{ default: 'alignEnd' }}>
                <Button onClick={() => setOpen({ what: 'create' })}>{words.create}</Button>
              </ToolbarItem>
            </ToolbarContent>
          </Toolbar>
          <Shown remote={tenants} lines={5}>
            {({ items }) =>
              items.length === 0 ? (
                <Nothing title={words.emptyTitle}>{words.emptyText}</Nothing>
              ) : (
                <Tenants tenants={items} shown={shown} show={show} ask={setOpen} />
              )
            }
          </Shown>
        </CardBody>
      </Card>
      {open?.what === 'create' && (
        <TenantForm
          done={(tenant) => {
            tenants.reload();
            show(tenant.id);
          }}
          close={close}
        />
      )}
      {open?.what === 'suspend' && <SuspendForm tenant={open.tenant} done={tenants.reload} close={close} />}
      {open?.what === 'resume' && (
        <Confirm
          title={words.resumeTitle(open.tenant.id)}
          text={words.resumeText}
          action={words.resume}
          run={() => patch(path(['tenants', open.tenant.id]), { suspended: false }, open.tenant.revision).then(tenants.reload)}
          close={close}
        />
      )}
      {open?.what === 'delete' && (
        <Confirm
          title={words.deleteTitle(open.tenant.id)}
          text={words.deleteText}
          action={words.delete}
          danger
          run={() => remove(path(['tenants', open.tenant.id])).then(tenants.reload)}
          close={close}
        />
      )}
    </>
  );
}

function Tenants({
  tenants,
  shown,
  show,
  ask,
}: {
  tenants: Tenant[];
  shown: string;
  show: (tenant: string) => void;
  ask: (open: Open) => void;
}) {
  const { name, state, created, until } = words.columns;
  return (
    <Table aria-label={words.title} variant="compact">
      <Thead>
        <Tr>
          <Th screenReaderText={words.quotas} />
          <Th width={30}>{name}</Th>
          <Th>{state}</Th>
          <Th>{created}</Th>
          <Th>{until}</Th>
          <Th screenReaderText={m.access.actions} />
        </Tr>
      </Thead>
      {tenants.map((tenant, rowIndex) => {
        const isExpanded = tenant.id === shown;
        const ends = tenant.state === 'deleted' ? tenant.trailUntil : tenant.deleteAt;
        return (
          <Tbody key={tenant.id} isExpanded={isExpanded}>
            <Tr isContentExpanded={isExpanded}>
              <Td expand={{ rowIndex, isExpanded, onToggle: () => show(isExpanded ? '' : tenant.id) }} />
              <Td dataLabel={name}>
                {/* The table names the button that opens the row by what has this id. */}
                <strong id={`simple-node${rowIndex}`} className="muster-break">
                  {tenant.id}
                </strong>
                {tenant.displayName && <div className="muster-quiet muster-break">{tenant.displayName}</div>}
              </Td>
              <Td dataLabel={state}>
                <Label isCompact color={COLORS[tenant.state]}>
                  {words.states[tenant.state]}
                </Label>
                {tenant.reason && <div className="muster-quiet muster-break">{tenant.reason}</div>}
              </Td>
              <Td dataLabel={created}>
                <Time at={tenant.createdAt} /> <span className="muster-quiet">{m.common.by(tenant.createdByName)}</span>
              </Td>
              <Td dataLabel={until}>{ends ? <Time at={ends} /> : m.common.none}</Td>
              <Td isActionCell>
                <Actions tenant={tenant} ask={ask} />
              </Td>
            </Tr>
            {isExpanded && (
              <Tr isExpanded>
                <Td />
                <Td colSpan={5}>
                  <ExpandableRowContent>
                    <Quotas id={tenant.id} />
                  </ExpandableRowContent>
                </Td>
              </Tr>
            )}
          </Tbody>
        );
      })}
    </Table>
  );
}

/** What can be done with a tenant as it stands. The one that everybody starts in stays. */
function Actions({ tenant, ask }: { tenant: Tenant; ask: (open: Open) => void }) {
  if (tenant.id === 'default' || tenant.state === 'deleted') {
    return null;
  }
  if (tenant.state === 'active') {
    return (
      <Button variant="link" isInline isDanger aria-label={words.suspendOf(tenant.id)} onClick={() => ask({ what: 'suspend', tenant })}>
        {words.suspend}
      </Button>
    );
  }
  return (
    <>
      <Button variant="secondary" size="sm" aria-label={words.resumeOf(tenant.id)} onClick={() => ask({ what: 'resume', tenant })}>
        {words.resume}
      </Button>{' '}
      {tenant.state === 'suspended' && (
        <Button variant="link" size="sm" isDanger aria-label={words.deleteOf(tenant.id)} onClick={() => ask({ what: 'delete', tenant })}>
          {words.delete}
        </Button>
      )}
    </>
  );
}
