import { FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { path, post } from '../../api/client';
import type { Command } from '../../api/commands';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Field, FormModal } from '../../parts/FormModal';
import { isTyped, wordFor } from '../../parts/many';
import { Said } from '../../parts/Said';
import { TypedWord } from '../../parts/TypedWord';
import { useLater } from '../../parts/useLater';

const DIAGNOSTICS = ['network', 'storage', 'processes', 'clock'];

/** Asks what to run and on what; `device` fixes the latter. */
export function RunCommand({
  device,
  selector: chosen = '',
  done,
  close,
}: {
  device?: string;
  selector?: string;
  done: (command: Command) => void;
  close: () => void;
}) {
  const [kind, setKind] = useState('refresh');
  const [app, setApp] = useState('');
  const [name, setName] = useState('network');
  const [selector, setSelector] = useState(chosen);
  const [typed, setTyped] = useState('');
  const asked = useLater(selector.trim());
  // Commands go to active devices: those that could be suspended.
  const reach = useGet<{ changes: number }>(device ? null : path(['device-actions'], { action: 'suspend', q: asked }));
  const word = device ? '' : wordFor(reach.data?.changes ?? 0);
  const [pace, setPace] = useState('');
  const [deadline, setDeadline] = useState('PT1H');

  const go = () =>
    post<Command>('/commands', {
      kind,
      arguments: kind === 'restart-app' ? { app } : kind === 'diagnostic' ? { name } : {},
      ...(device ? { devices: [device] } : { selector }),
      ...(pace ? { perMinute: Number(pace) } : {}),
      deadline,
    }).then(done);

  return (
    <FormModal title={device ? m.commands.runOn(device) : m.commands.run} text={m.commands.text} action={m.commands.go} ready={isTyped(word, typed)} submit={go} close={close}>
      <Field id="kind" label={m.commands.kind}>
        <FormSelect id="kind" value={kind} onChange={(_, value) => setKind(value)}>
          {Object.entries(m.commands.kinds).map(([value, text]) => (
            <FormSelectOption key={value} value={value} label={text} />
          ))}
        </FormSelect>
      </Field>
      {kind === 'restart-app' && (
        <Field id="app" label={m.commands.app} hint={m.commands.appHint}>
          <TextInput id="app" value={app} onChange={(_, value) => setApp(value)} />
        </Field>
      )}
      {kind === 'diagnostic' && (
        <Field id="diagnostic" label={m.commands.diagnostic}>
          <FormSelect id="diagnostic" value={name} onChange={(_, value) => setName(value)}>
            {DIAGNOSTICS.map((value) => (
              <FormSelectOption key={value} value={value} label={value} />
            ))}
          </FormSelect>
        </Field>
      )}
      {!device && (
        <>
          <Field id="selector" label={m.commands.devices} hint={m.commands.devicesHint}>
            <TextInput id="selector" value={selector} onChange={(_, value) => setSelector(value)} />
            <FormHelperText>
              <HelperText isLiveRegion>
                <HelperTextItem {...(reach.error ? { variant: 'error' as const } : {})}>
                  {reach.error ? <Said>{reach.error.message}</Said> : reach.data && m.bulk.reached(reach.data.changes)}
                </HelperTextItem>
              </HelperText>
            </FormHelperText>
          </Field>
          <TypedWord word={word} typed={typed} change={setTyped} />
          <Field id="pace" label={m.commands.pace} hint={m.commands.paceHint}>
            <TextInput id="pace" type="number" min={1} value={pace} onChange={(_, value) => setPace(value)} />
          </Field>
        </>
      )}
      <Field id="deadline" label={m.commands.deadline}>
        <FormSelect id="deadline" value={deadline} onChange={(_, value) => setDeadline(value)}>
          {Object.entries(m.commands.deadlines).map(([value, text]) => (
            <FormSelectOption key={value} value={value} label={text} />
          ))}
        </FormSelect>
      </Field>
    </FormModal>
  );
}
