import {
  Alert,
  Button,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Grid,
  GridItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  PageSection,
  TextArea,
  TextInput,
} from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, post } from '../../api/client';
import { putSettings, type SettingsDocument, type SettingsPreview } from '../../api/commands';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { count, plain } from '../../parts/format';
import { PageHead } from '../../parts/PageHead';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Loading, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';

type Edited = Pick<SettingsDocument, 'level' | 'name' | 'document' | 'revision'> & { isNew?: boolean };

/** Settings of all levels, and what rolling them out would change. */
export function SettingsPage() {
  const documents = useGet<Page<SettingsDocument>>('/settings');
  const [edited, setEdited] = useState<Edited>();
  const [asking, setAsking] = useState(false);
  const [saved, setSaved] = useState(0);
  const mayEdit = useMay('operator');
  const mayRoll = useMay('release-manager');
  const go = useNavigate();
  return (
    <>
      <PageHead
        title={m.settings.title}
        text={m.settings.text}
        actions={mayRoll && <Button onClick={() => setAsking(true)}>{m.settings.rollout}</Button>}
      />
      <PageSection isFilled>
        <Grid hasGutter>
          <GridItem xl={5}>
            <Documents documents={documents} mayEdit={mayEdit} edit={setEdited} />
          </GridItem>
          <GridItem xl={7}>
            <Preview turn={saved} />
          </GridItem>
        </Grid>
      </PageSection>
      {edited && (
        <Editor
          edited={edited}
          done={() => {
            documents.reload();
            setSaved((n) => n + 1);
          }}
          close={() => setEdited(undefined)}
        />
      )}
      {asking && (
        <Confirm
          title={m.settings.rolloutTitle}
          text={m.settings.rolloutText}
          action={m.settings.rollout}
          run={() =>
            post<{ rollout: string }>('/settings/rollout', {
              waves: [
                { name: 'canary', count: 1 },
                { name: 'rest', percent: 100 },
              ],
            }).then((made) => go(`/rollouts/${made.rollout}`))
          }
          close={() => setAsking(false)}
        />
      )}
    </>
  );
}

function Documents({
  documents,
  mayEdit,
  edit,
}: {
  documents: ReturnType<typeof useGet<Page<SettingsDocument>>>;
  mayEdit: boolean;
  edit: (edited: Edited) => void;
}) {
  const who = useWho();
  return (
    <Section
      title={m.settings.documents}
      flush
      actions={
        mayEdit && (
          <Button
            variant="secondary"
            size="sm"
            onClick={() => edit({ level: 'tenant', name: 'default', document: {}, revision: 0, isNew: true })}
          >
            {m.settings.add}
          </Button>
        )
      }
    >
      <Shown remote={documents}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muster-inset muster-quiet">{m.settings.emptyText}</p>
          ) : (
            <Table aria-label={m.settings.documents} variant="compact">
              <Thead>
                <Tr>
                  <Th>{m.settings.level}</Th>
                  <Th>{m.settings.name}</Th>
                  <Th>{m.settings.setBy}</Th>
                  <Th screenReaderText={m.settings.edit} />
                </Tr>
              </Thead>
              <Tbody>
                {items.map((document) => (
                  <Tr key={document.level + document.name}>
                    <Td dataLabel={m.settings.level}>{m.settings.levels[document.level] ?? document.level}</Td>
                    <Td dataLabel={m.settings.name}>{document.name}</Td>
                    <Td dataLabel={m.settings.setBy}>
                      <Time at={document.updatedAt} /> {m.common.by(who(document.updatedBy, document.updatedByName))}
                    </Td>
                    <Td>
                      {mayEdit && (
                        <Button variant="link" isInline onClick={() => edit(document)}>
                          {m.settings.edit}
                        </Button>
                      )}
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          )
        }
      </Shown>
    </Section>
  );
}

function Preview({ turn }: { turn: number }) {
  const [shown, setShown] = useState<SettingsPreview>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let current = true;
    post<SettingsPreview>('/settings/preview', {})
      .then((answer) => current && setShown(answer))
      .catch((error: unknown) => current && setFailure(error instanceof ApiError ? error.message : String(error)));
    return () => {
      current = false;
    };
  }, [turn]);
  return (
    <Section title={m.settings.preview} hint={shown && m.settings.previewOf(shown.changedDevices, shown.devices)} flush>
      {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} />}
      {!shown && !failure && <Loading />}
      {shown?.invalid.map((wrong) => (
        <Alert
          key={wrong.example + wrong.path}
          isInline
          isPlain
          variant="danger"
          className="muster-inset"
          title={m.settings.invalid(wrong.path, wrong.expected, wrong.found, wrong.example)}
        />
      ))}
      {shown?.notHere.map((unable) => (
        <Alert
          key={unable.path}
          isInline
          isPlain
          variant="warning"
          className="muster-inset"
          title={m.settings.notHere(unable.path, unable.devices)}
        />
      ))}
      {shown && shown.leftOut > 0 && (
        <Alert isInline isPlain variant="info" className="muster-inset" title={m.settings.leftOut(shown.leftOut)} />
      )}
      {shown && shown.changes.length === 0 && <p className="muster-inset muster-quiet">{m.settings.nothing}</p>}
      {shown && shown.changes.length > 0 && (
        <Table aria-label={m.settings.preview} variant="compact">
          <Thead>
            <Tr>
              <Th>{m.settings.setting}</Th>
              <Th>{m.settings.before}</Th>
              <Th>{m.settings.after}</Th>
              <Th className="muster-right">{m.settings.devices}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {shown.changes.map((change, i) => (
              <Tr key={change.path + i}>
                <Td dataLabel={m.settings.setting} className="muster-break">
                  {change.path}
                </Td>
                <Td dataLabel={m.settings.before} className="muster-break">
                  {change.before === null ? m.settings.notSet : plain(change.before)}
                </Td>
                <Td dataLabel={m.settings.after} className="muster-break">
                  {change.after === null ? m.settings.notSet : plain(change.after)}
                </Td>
                <Td dataLabel={m.settings.devices} className="muster-right">
                  {count(change.devices)}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </Section>
  );
}

function Editor({ edited, done, close }: { edited: Edited; done: () => void; close: () => void }) {
  const [level, setLevel] = useState(edited.level);
  const [name, setName] = useState(edited.name);
  const [text, setText] = useState(JSON.stringify(edited.document, null, 2));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const save = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await putSettings(level, name, text, edited.revision);
      done();
      close();
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby="settings-title">
      <ModalHeader title={m.settings.editTitle(level, name)} labelId="settings-title" />
      <ModalBody>
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
        <Form onSubmit={(event) => event.preventDefault()}>
          {edited.isNew && (
            <>
              <FormGroup label={m.settings.level} fieldId="level">
                <FormSelect id="level" value={level} onChange={(_, value) => setLevel(value)}>
                  {Object.entries(m.settings.levels).map(([value, word]) => (
                    <FormSelectOption key={value} value={value} label={word} />
                  ))}
                </FormSelect>
              </FormGroup>
              <FormGroup label={m.settings.name} fieldId="name">
                <TextInput id="name" value={name} onChange={(_, value) => setName(value)} />
              </FormGroup>
            </>
          )}
          <FormGroup label={m.settings.document} fieldId="document">
            <TextArea
              id="document"
              className="muster-code"
              rows={14}
              spellCheck={false}
              value={text}
              onChange={(_, value) => setText(value)}
            />
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" isLoading={busy} isDisabled={busy} onClick={() => void save()}>
          {m.settings.save}
        </Button>
        <Button variant="link" onClick={close} isDisabled={busy}>
          {m.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
