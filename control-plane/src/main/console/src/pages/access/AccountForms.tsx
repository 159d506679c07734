import {
  Alert,
  Button,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import type { NewApiToken, ServiceAccount } from '../../api/access';
import { path, post } from '../../api/client';
import { m } from '../../i18n';
import { CopyBlock } from '../../parts/CopyBlock';
import { Field, FormModal } from '../../parts/FormModal';
import { ROLES } from '../../parts/rights';
import { Said } from '../../parts/Said';
import { SelectorField } from '../../parts/SelectorField';
import { Time } from '../../parts/Time';

/** Asks for a new account. */
export function AccountForm({ done, close }: { done: (account: ServiceAccount) => void; close: () => void }) {
  const words = m.access.accounts;
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  return (
    <FormModal
      title={words.create}
      text={words.noRoles}
      action={words.submit}
      ready={name.trim() !== ''}
      focus="#account-name"
      submit={() => post<ServiceAccount>(path(['service-accounts']), { name: name.trim(), description: description.trim() }).then(done)}
      close={close}
    >
      <Field id="account-name" label={words.name} hint={words.nameHint} required>
        <TextInput id="account-name" value={name} maxLength={63} isRequired onChange={(_, text) => setName(text)} />
      </Field>
      <Field id="account-description" label={words.description}>
        <TextInput id="account-description" value={description} maxLength={200} onChange={(_, text) => setDescription(text)} />
      </Field>
    </FormModal>
  );
}

/** Asks for a new token of an account, and how much narrower than its account it is. */
export function TokenForm({
  account,
  done,
  close,
}: {
  account: string;
  done: (token: NewApiToken) => void;
  close: () => void;
}) {
  const words = m.access.tokens;
  const [name, setName] = useState('');
  const [expiresIn, setExpiresIn] = useState('P90D');
  const [role, setRole] = useState('');
  const [selector, setSelector] = useState('');
  const make = async () => {
    done(
      await post<NewApiToken>(path(['service-accounts', account, 'tokens']), {
        name: name.trim(),
        expiresIn,
        ...(role ? { role } : {}),
        ...(selector ? { selector } : {}),
      }),
    );
    // What was made is shown in its place.
    return false;
  };
  return (
    <FormModal title={words.createTitle(account)} text={words.createText} action={words.submit} focus="#token-name" submit={make} close={close}>
      <Field id="token-name" label={words.name} hint={words.nameHint}>
        <TextInput id="token-name" value={name} maxLength={200} onChange={(_, text) => setName(text)} />
      </Field>
      <Field id="token-expires" label={words.expires}>
        <FormSelect id="token-expires" value={expiresIn} onChange={(_, value) => setExpiresIn(value)}>
          {Object.entries(words.expiries).map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
      </Field>
      <Field id="token-role" label={words.role} hint={m.access.roles[role] ?? ''}>
        <FormSelect id="token-role" value={role} onChange={(_, value) => setRole(value)}>
          <FormSelectOption value="" label={words.roleAll} />
          {ROLES.map((known) => (
            <FormSelectOption key={known} value={known} label={known} />
          ))}
        </FormSelect>
      </Field>
      <SelectorField id="token-selector" label={words.devices} hint={words.devicesHint} all={words.devicesAll} typed={setSelector} />
    </FormModal>
  );
}

/** The only time a token's text is shown. */
export function MadeToken({ token, close }: { token: NewApiToken; close: () => void }) {
  const words = m.access.tokens;
  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby="made-title">
      <ModalHeader title={words.madeTitle} labelId="made-title" />
      <ModalBody>
        <Alert isInline variant="warning" title={words.once} component="h2" className="muster-gap">
          {words.onceText}
        </Alert>
        <CopyBlock label={words.text}>{token.token}</CopyBlock>
        <p className="muster-quiet muster-gap-top">
          <Said>{words.use}</Said> {words.columns.ends} <Time at={token.expiresAt} />.
        </p>
      </ModalBody>
      <ModalFooter>
        <Button onClick={close}>{words.done}</Button>
      </ModalFooter>
    </Modal>
  );
}
