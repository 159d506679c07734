import { Button, Flex, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { patch, path, post } from '../../api/client';
import type { Tenant } from '../../api/tenants';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Field, FormModal } from '../../parts/FormModal';
import { count } from '../../parts/format';
import { Shown } from '../../parts/States';

const words = m.tenants;

/** Asks for a new tenant and who its first administrator is. */
export function TenantForm({ done, close }: { done: (tenant: Tenant) => void; close: () => void }) {
  const [id, setId] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [kind, setKind] = useState('group');
  const [subject, setSubject] = useState('');
  const submit = () =>
    post<Tenant>(path(['tenants']), {
      id: id.trim(),
      ...(displayName.trim() ? { displayName: displayName.trim() } : {}),
      admin: { kind, subject: subject.trim() },
    }).then(done);
  return (
    <FormModal
      title={words.create}
      action={words.submit}
      ready={id.trim() !== '' && subject.trim() !== ''}
      focus="#tenant-id"
      submit={submit}
      close={close}
    >
      <Field id="tenant-id" label={words.id} hint={words.idHint} required>
        <TextInput id="tenant-id" value={id} maxLength={63} isRequired onChange={(_, text) => setId(text)} />
      </Field>
      <Field id="tenant-name" label={words.displayName}>
        <TextInput id="tenant-name" value={displayName} maxLength={200} onChange={(_, text) => setDisplayName(text)} />
      </Field>
      <Field id="tenant-admin" label={words.admin} hint={words.adminHint} required>
        <Flex flexWrap={{ default: 'nowrap' }} gap={{ default: 'gapSm' }}>
          <FormSelect aria-label={words.adminKind} value={kind} onChange={(_, value) => setKind(value)}>
            {Object.entries(words.adminKinds).map(([value, label]) => (
              <FormSelectOption key={value} value={value} label={label} />
            ))}
          </FormSelect>
          <TextInput id="tenant-admin" value={subject} maxLength={255} isRequired onChange={(_, text) => setSubject(text)} />
        </Flex>
      </Field>
    </FormModal>
  );
}

/** Asks why before a tenant is suspended. */
export function SuspendForm({ tenant, done, close }: { tenant: Tenant; done: () => void; close: () => void }) {
  const [reason, setReason] = useState('');
  const suspend = () => patch(path(['tenants', tenant.id]), { suspended: true, reason: reason.trim() }, tenant.revision).then(done);
  return (
    <FormModal
      title={words.suspendTitle(tenant.id)}
      text={words.suspendText}
      action={words.suspend}
      danger
      focus="#tenant-reason"
      submit={suspend}
      close={close}
    >
      <Field id="tenant-reason" label={words.reason} hint={words.reasonHint}>
        <TextInput id="tenant-reason" value={reason} maxLength={200} onChange={(_, text) => setReason(text)} />
      </Field>
    </FormModal>
  );
}

/** What a tenant may have, and has. */
export function Quotas({ id }: { id: string }) {
  const tenant = useGet<Tenant>(path(['tenants', id]));
  const [editing, setEditing] = useState<Tenant>();
  return (
    <Shown remote={tenant} lines={6}>
      {(found) => (
        <>
          <Table aria-label={words.quotasOf(id)} variant="compact" borders={false}>
            <Thead>
              <Tr>
                <Th width={40}>{words.quota}</Th>
                <Th>{words.used}</Th>
                <Th>{words.limit}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {Object.entries(found.quotas ?? {}).map(([name, quota]) => (
                <Tr key={name}>
                  <Td dataLabel={words.quota}>{words.names[name] ?? name}</Td>
                  <Td dataLabel={words.used}>{quota.used === null ? '' : count(quota.used)}</Td>
                  <Td dataLabel={words.limit}>
                    {quota.limit === null ? words.unlimited : count(quota.limit)}{' '}
                    <span className="muster-quiet">{quota.own ? words.own : words.inherited}</span>
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
          {found.state !== 'deleted' && (
            <Button variant="secondary" size="sm" onClick={() => setEditing(found)}>
              {words.edit}
            </Button>
          )}
          {editing && <QuotaForm tenant={editing} done={tenant.reload} close={() => setEditing(undefined)} />}
        </>
      )}
    </Shown>
  );
}

function QuotaForm({ tenant, done, close }: { tenant: Tenant; done: () => void; close: () => void }) {
  const quotas = Object.entries(tenant.quotas ?? {});
  const [texts, setTexts] = useState<Record<string, string>>(
    Object.fromEntries(quotas.map(([name, quota]) => [name, quota.own && quota.limit !== null ? String(quota.limit) : ''])),
  );
  const ready = Object.values(texts).every((text) => /^\d{0,15}$/.test(text.trim()));
  const submit = () => {
    const limits = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.trim() === '' ? null : Number(text)]));
    return patch(path(['tenants', tenant.id]), { quotas: limits }, tenant.revision).then(done);
  };
  return (
    <FormModal title={words.quotasOf(tenant.id)} text={words.editText} action={words.save} ready={ready} submit={submit} close={close}>
      {quotas.map(([name]) => (
        <Field key={name} id={`quota-${name}`} label={words.names[name] ?? name}>
          <TextInput
            id={`quota-${name}`}
            inputMode="numeric"
            value={texts[name] ?? ''}
            onChange={(_, text) => setTexts({ ...texts, [name]: text })}
          />
        </Field>
      ))}
    </FormModal>
  );
}
