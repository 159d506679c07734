import {
  Alert,
  Button,
  Form,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import { ApiError, post } from '../../api/client';
import type { Command } from '../../api/commands';
import { m } from '../../i18n';
import { Said } from '../../parts/Said';

const DIAGNOSTICS = ['network', 'storage', 'processes', 'clock'];

/** Asks what to run and on what; `device` fixes the latter. */
export function RunCommand({ device, done, close }: { device?: string; done: (command: Command) => void; close: () => void }) {
  const [kind, setKind] = useState('refresh');
  const [app, setApp] = useState('');
  const [name, setName] = useState('network');
  const [selector, setSelector] = useState('');
  const [pace, setPace] = useState('');
  const [deadline, setDeadline] = useState('PT1H');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  const go = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const made = await post<Command>('/commands', {
        kind,
        arguments: kind === 'restart-app' ? { app } : kind === 'diagnostic' ? { name } : {},
        ...(device ? { devices: [device] } : { selector }),
        ...(pace ? { perMinute: Number(pace) } : {}),
        deadline,
      });
      done(made);
      close();
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby="run-title">
      <ModalHeader title={device ? m.commands.runOn(device) : m.commands.run} labelId="run-title" description={m.commands.text} />
      <ModalBody>
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            void go();
          }}
        >
          <FormGroup label={m.commands.kind} fieldId="kind">
            <FormSelect id="kind" value={kind} onChange={(_, value) => setKind(value)}>
              {Object.entries(m.commands.kinds).map(([value, text]) => (
                <FormSelectOption key={value} value={value} label={text} />
              ))}
            </FormSelect>
          </FormGroup>
          {kind === 'restart-app' && (
            <FormGroup label={m.commands.app} fieldId="app">
              <TextInput id="app" value={app} onChange={(_, value) => setApp(value)} />
              <Hint>{m.commands.appHint}</Hint>
            </FormGroup>
          )}
          {kind === 'diagnostic' && (
            <FormGroup label={m.commands.diagnostic} fieldId="diagnostic">
              <FormSelect id="diagnostic" value={name} onChange={(_, value) => setName(value)}>
                {DIAGNOSTICS.map((value) => (
                  <FormSelectOption key={value} value={value} label={value} />
                ))}
              </FormSelect>
            </FormGroup>
          )}
          {!device && (
            <>
              <FormGroup label={m.commands.devices} fieldId="selector">
                <TextInput id="selector" value={selector} onChange={(_, value) => setSelector(value)} />
                <Hint>{m.commands.devicesHint}</Hint>
              </FormGroup>
              <FormGroup label={m.commands.pace} fieldId="pace">
                <TextInput id="pace" type="number" min={1} value={pace} onChange={(_, value) => setPace(value)} />
                <Hint>{m.commands.paceHint}</Hint>
              </FormGroup>
            </>
          )}
          <FormGroup label={m.commands.deadline} fieldId="deadline">
            <FormSelect id="deadline" value={deadline} onChange={(_, value) => setDeadline(value)}>
              {Object.entries(m.commands.deadlines).map(([value, text]) => (
                <FormSelectOption key={value} value={value} label={text} />
              ))}
            </FormSelect>
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" isLoading={busy} isDisabled={busy} onClick={() => void go()}>
          {m.commands.go}
        </Button>
        <Button variant="link" onClick={close} isDisabled={busy}>
          {m.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function Hint({ children }: { children: string }) {
  return (
    <FormHelperText>
      <HelperText>
        <HelperTextItem>{children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}
