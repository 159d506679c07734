import { Alert, FormGroup, FormSelect, FormSelectOption, Radio, TextInput } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import { OWN_ACCOUNTS, type RoleBinding, type ServiceAccount } from '../../api/access';
import { path, post } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Field, FormModal } from '../../parts/FormModal';
import { ROLES } from '../../parts/rights';
import { SelectorField } from '../../parts/SelectorField';

const words = m.access.bind;

type Who = 'group' | 'person' | 'account' | 'service';

/** Asks for whom, which role, where, and whether it is given or taken away. */
export function BindForm({ account, done, close }: { account?: string; done: () => void; close: () => void }) {
  const [who, setWho] = useState<Who>(account ? 'account' : 'group');
  const [subject, setSubject] = useState(account ?? '');
  const [role, setRole] = useState<string>('viewer');
  const [selector, setSelector] = useState('');
  const [deny, setDeny] = useState(false);

  const save = () =>
    post<RoleBinding>(path(['role-bindings']), {
      kind: who === 'account' ? 'service' : who,
      subject: subject.trim(),
      ...(who === 'account' ? { issuer: OWN_ACCOUNTS } : {}),
      role,
      selector,
      deny,
    }).then(done);

  return (
    <FormModal
      title={words.title}
      action={deny ? words.submitDeny : words.submit}
      danger={deny}
      ready={subject.trim() !== ''}
      focus={account ? '#bind-role' : '#bind-kind'}
      submit={save}
      close={close}
    >
      <Field id="bind-kind" label={words.kind}>
        <FormSelect
          id="bind-kind"
          value={who}
          onChange={(_, kind) => {
            setWho(kind as Who);
            setSubject('');
          }}
        >
          {Object.entries(words.kinds).map(([kind, label]) => (
            <FormSelectOption key={kind} value={kind} label={label} />
          ))}
        </FormSelect>
      </Field>
      <Subject who={who} subject={subject} set={setSubject} />
      <Field id="bind-role" label={words.role} hint={m.access.roles[role] ?? ''}>
        <FormSelect id="bind-role" value={role} onChange={(_, chosen) => setRole(chosen)}>
          {ROLES.map((name) => (
            <FormSelectOption key={name} value={name} label={name} />
          ))}
        </FormSelect>
      </Field>
      <SelectorField id="bind-selector" label={words.devices} hint={words.devicesHint} all={m.access.selector.all} typed={setSelector} />
      <FormGroup label={words.effect} role="radiogroup" fieldId="bind-effect" isStack>
        <Radio
          id="bind-allow"
          name="bind-effect"
          label={words.allow}
          description={words.allowHint}
          isChecked={!deny}
          onChange={() => setDeny(false)}
        />
        <Radio id="bind-deny" name="bind-effect" label={words.deny} description={words.denyHint} isChecked={deny} onChange={() => setDeny(true)} />
      </FormGroup>
      {deny && <DenyWarning role={role} everywhere={selector === ''} />}
    </FormModal>
  );
}

/** Comes below the fold on a low screen, so it is brought into sight once. */
function DenyWarning({ role, everywhere }: { role: string; everywhere: boolean }) {
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    shown.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={shown}>
      <Alert isInline variant="danger" title={words.denyTitle} component="h2" aria-live="polite">
        {words.denyText(role)} {everywhere && words.denyEveryone}
      </Alert>
    </div>
  );
}

function Subject({ who, subject, set }: { who: Who; subject: string; set: (subject: string) => void }) {
  const accounts = useGet<Page<ServiceAccount>>(who === 'account' ? path(['service-accounts']) : null);
  if (who !== 'account') {
    const { label, hint } = {
      group: { label: words.group, hint: words.groupHint },
      person: { label: words.person, hint: words.personHint },
      service: { label: words.service, hint: words.serviceHint },
    }[who];
    return (
      <Field id="bind-subject" label={label} hint={hint} required>
        <TextInput id="bind-subject" value={subject} maxLength={200} isRequired onChange={(_, text) => set(text)} />
      </Field>
    );
  }
  const known = accounts.data?.items ?? [];
  return (
    <Field id="bind-subject" label={words.account} hint={accounts.data && known.length === 0 ? words.noAccounts : ''} required>
      <FormSelect id="bind-subject" value={subject} isRequired onChange={(_, name) => set(name)}>
        <FormSelectOption value="" label={words.accountChoose} isDisabled isPlaceholder />
        {known.map(({ name }) => (
          <FormSelectOption key={name} value={name} label={name} />
        ))}
      </FormSelect>
    </Field>
  );
}
