import {
  Alert,
  Button,
  Form,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from '@patternfly/react-core';
import { useState, type FormEvent } from 'react';
import { ApiError, patch, path, post } from '../api/client';
import type { Group } from '../api/types';
import { m } from '../i18n';
import { Said } from '../parts/Said';

/** Asks for a new group, or for what changes of one. */
export function GroupForm({ group, done, close }: { group?: Group; done: (group: Group) => void; close: () => void }) {
  const [name, setName] = useState(group?.name ?? '');
  const [query, setQuery] = useState(group?.query ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const dynamic = group === undefined || group.query !== '';

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      done(
        group
          ? await patch<Group>(
              path(['groups', group.name]),
              dynamic ? { query: query.trim(), description } : { description },
              group.revision,
            )
          : await post<Group>(path(['groups']), { name: name.trim(), query: query.trim(), description }),
      );
      close();
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby="group-title">
      <ModalHeader title={group ? m.registry.groups.editTitle(group.name) : m.registry.groups.createTitle} labelId="group-title" />
      <ModalBody>
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
        <Form id="group-form" onSubmit={(event) => void save(event)}>
          {!group && (
            <FormGroup label={m.registry.groups.name} fieldId="group-name" isRequired>
              <TextInput id="group-name" value={name} onChange={(_, text) => setName(text)} isRequired />
              <FormHelperText>
                <HelperText>
                  <HelperTextItem>{m.registry.groups.nameHint}</HelperTextItem>
                </HelperText>
              </FormHelperText>
            </FormGroup>
          )}
          {dynamic && (
            <FormGroup label={m.registry.groups.query} fieldId="group-query">
              <TextInput
                id="group-query"
                className="muster-code"
                placeholder={m.fleet.searchPlaceholder}
                value={query}
                onChange={(_, text) => setQuery(text)}
              />
              <FormHelperText>
                <HelperText>
                  <HelperTextItem>{m.registry.groups.createQueryHint}</HelperTextItem>
                </HelperText>
              </FormHelperText>
            </FormGroup>
          )}
          <FormGroup label={m.registry.groups.description} fieldId="group-description">
            <TextInput id="group-description" value={description} onChange={(_, text) => setDescription(text)} />
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" type="submit" form="group-form" isLoading={busy} isDisabled={busy || (!group && name.trim() === '')}>
          {m.registry.groups.save}
        </Button>
        <Button variant="link" onClick={close} isDisabled={busy}>
          {m.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
