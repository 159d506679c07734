import { TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { patch, path, post } from '../api/client';
import type { Group } from '../api/types';
import { m } from '../i18n';
import { Field, FormModal } from '../parts/FormModal';

/** Asks for a new group, or for what changes of one. */
export function GroupForm({ group, done, close }: { group?: Group; done: (group: Group) => void; close: () => void }) {
  const [name, setName] = useState(group?.name ?? '');
  const [query, setQuery] = useState(group?.query ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const dynamic = group === undefined || group.query !== '';

  const save = () => {
    const saved = group
      ? patch<Group>(path(['groups', group.name]), dynamic ? { query: query.trim(), description } : { description }, group.revision)
      : post<Group>(path(['groups']), { name: name.trim(), query: query.trim(), description });
    return saved.then(done);
  };

  return (
    <FormModal
      title={group ? m.registry.groups.editTitle(group.name) : m.registry.groups.createTitle}
      action={m.registry.groups.save}
      ready={group !== undefined || name.trim() !== ''}
      submit={save}
      close={close}
    >
      {!group && (
        <Field id="group-name" label={m.registry.groups.name} hint={m.registry.groups.nameHint} required>
          <TextInput id="group-name" value={name} onChange={(_, text) => setName(text)} isRequired />
        </Field>
      )}
      {dynamic && (
        <Field id="group-query" label={m.registry.groups.query} hint={m.registry.groups.createQueryHint}>
          <TextInput
            id="group-query"
            className="muster-code"
            placeholder={m.fleet.searchPlaceholder}
            value={query}
            onChange={(_, text) => setQuery(text)}
          />
        </Field>
      )}
      <Field id="group-description" label={m.registry.groups.description}>
        <TextInput id="group-description" value={description} onChange={(_, text) => setDescription(text)} />
      </Field>
    </FormModal>
  );
}
