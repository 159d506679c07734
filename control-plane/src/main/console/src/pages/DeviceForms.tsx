import { Button, Flex, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { patch, path, post } from '../api/client';
import type { Device, Group } from '../api/types';
import { m } from '../i18n';
import { Field, FormModal } from '../parts/FormModal';

/** What operators note of a device: each key with a text; one without a text goes. */
export function NotesForm({ device, done, close }: { device: Device; done: () => void; close: () => void }) {
  const before = device.metadata ?? {};
  const [notes, setNotes] = useState(Object.entries(before).sort(([a], [b]) => a.localeCompare(b)));
  const words = m.registry.device;
  const change = (at: number, note: [string, string]) => setNotes(notes.map((old, i) => (i === at ? note : old)));

  const save = () => {
    const now = Object.fromEntries(notes.map(([key, text]) => [key.trim(), text.trim()]).filter(([key]) => key !== ''));
    const gone = Object.fromEntries(Object.keys(before).filter((key) => !now[key]).map((key) => [key, null]));
    return patch(path(['devices', device.id]), { metadata: { ...now, ...gone } }).then(done);
  };

  return (
    <FormModal title={words.notesTitle} text={words.notesText} action={words.save} submit={save} close={close}>
      {notes.map(([key, text], at) => (
        <Flex key={at} flexWrap={{ default: 'nowrap' }} gap={{ default: 'gapSm' }}>
          <TextInput aria-label={words.key} placeholder={words.key} value={key} onChange={(_, now) => change(at, [now, text])} />
          <TextInput aria-label={words.note(key)} placeholder={words.noteText} value={text} onChange={(_, now) => change(at, [key, now])} />
        </Flex>
      ))}
      <Button variant="link" isInline onClick={() => setNotes([...notes, ['', '']])}>
        {words.addNote}
      </Button>
    </FormModal>
  );
}

/** Other hardware takes the place of the device, which ends. */
export function ReplaceForm({ device, close }: { device: Device; close: () => void }) {
  const [serial, setSerial] = useState('');
  const [hardware, setHardware] = useState('');
  const [typed, setTyped] = useState('');
  const navigate = useNavigate();
  const words = m.registry.device;

  const replace = () =>
    post<{ replacement: { id: string } }>(path(['devices', device.id, 'replace']), {
      serial: serial.trim(),
      ...(hardware.trim() ? { hardware: hardware.trim() } : {}),
    }).then(({ replacement }) => navigate(`/devices/${encodeURIComponent(replacement.id)}`));

  return (
    <FormModal
      title={words.replaceTitle(device.name || device.id)}
      text={words.replaceText}
      action={words.replace}
      danger
      ready={serial.trim() !== '' && typed.trim() === device.id}
      submit={replace}
      close={close}
    >
      <Field id="replace-serial" label={words.serial} hint={words.serialHint} required>
        <TextInput id="replace-serial" value={serial} onChange={(_, text) => setSerial(text)} isRequired />
      </Field>
      <Field id="replace-hardware" label={words.hardware} hint={words.hardwareHint}>
        <TextInput id="replace-hardware" value={hardware} placeholder={device.hardware ?? ''} onChange={(_, text) => setHardware(text)} />
      </Field>
      <Field id="replace-typed" label={words.typed(device.id)} required>
        <TextInput id="replace-typed" value={typed} onChange={(_, text) => setTyped(text)} isRequired />
      </Field>
    </FormModal>
  );
}

/** Puts devices into a static group, and takes others out of it. */
export function MembersForm({ group, done, close }: { group: Group; done: () => void; close: () => void }) {
  const [add, setAdd] = useState('');
  const [gone, setGone] = useState('');
  const words = m.registry.groups;
  const ids = (text: string) => text.split(/[\s,;]+/).filter((id) => id !== '');
  const save = () =>
    post(path(['groups', group.name, 'members']), { add: ids(add), remove: ids(gone) }).then(done);
  return (
    <FormModal
      title={words.membersTitle(group.name)}
      action={words.save}
      ready={ids(add).length + ids(gone).length > 0}
      submit={save}
      close={close}
    >
      <Field id="members-add" label={words.add} hint={words.idsHint}>
        <TextInput id="members-add" value={add} onChange={(_, text) => setAdd(text)} />
      </Field>
      <Field id="members-remove" label={words.remove} hint={words.idsHint}>
        <TextInput id="members-remove" value={gone} onChange={(_, text) => setGone(text)} />
      </Field>
    </FormModal>
  );
}
