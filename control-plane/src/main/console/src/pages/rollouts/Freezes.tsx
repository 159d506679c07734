import { Alert, Button, Form, FormGroup, Label, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { ApiError, path, put, remove } from '../../api/client';
import type { Freeze } from '../../api/rollouts';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay } from '../../parts/useRoles';

const words = m.rollout;

/** The times in which no rollout starts a device. */
export function Freezes() {
  const freezes = useGet<Page<Freeze>>(path(['freezes']));
  const may = useMay('release-manager');
  const [adding, setAdding] = useState(false);
  const [lifting, setLifting] = useState<string>();
  return (
    <Section
      title={words.freezes}
      hint={words.freezesText}
      flush
      {...(may
        ? {
            actions: (
              <Button variant="secondary" onClick={() => setAdding(true)}>
                {words.addFreeze}
              </Button>
            ),
          }
        : {})}
    >
      <Shown remote={freezes} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muster-inset muster-quiet">{words.noFreezes}</p>
          ) : (
            <Table aria-label={words.freezes} variant="compact">
              <Thead>
                <Tr>
                  <Th>{words.freezeName}</Th>
                  <Th>{words.from}</Th>
                  <Th>{words.to}</Th>
                  <Th>{words.devices}</Th>
                  <Th>{words.reason}</Th>
                  <Th screenReaderText={words.lift} />
                </Tr>
              </Thead>
              <Tbody>
                {items.map((freeze) => (
                  <Tr key={freeze.name}>
                    <Td dataLabel={words.freezeName}>
                      {freeze.name}{' '}
                      {isOn(freeze) && (
                        <Label isCompact color="blue">
                          {words.on}
                        </Label>
                      )}
                    </Td>
                    <Td dataLabel={words.from}>
                      <Time at={freeze.from} />
                    </Td>
                    <Td dataLabel={words.to}>
                      <Time at={freeze.to} />
                    </Td>
                    <Td dataLabel={words.devices}>{freeze.selector ? <code>{freeze.selector}</code> : words.all}</Td>
                    <Td dataLabel={words.reason}>{freeze.reason || m.common.none}</Td>
                    <Td isActionCell>
                      {may && (
                        <Button variant="link" isInline onClick={() => setLifting(freeze.name)}>
                          {words.lift}
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
      {adding && <NewFreeze close={() => setAdding(false)} done={freezes.reload} />}
      {lifting && (
        <Confirm
          title={words.liftTitle(lifting)}
          text={words.liftText}
          action={words.lift}
          run={() => remove(path(['freezes', lifting])).then(freezes.reload)}
          close={() => setLifting(undefined)}
        />
      )}
    </Section>
  );
}

const isOn = (freeze: Freeze) => Date.parse(freeze.from) <= Date.now() && Date.now() < Date.parse(freeze.to);

function NewFreeze({ close, done }: { close: () => void; done: () => void }) {
  const [name, setName] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [selector, setSelector] = useState('');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  const save = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await put(path(['freezes', name]), { from: instant(from), to: instant(to), selector, reason });
      done();
      close();
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby="freeze-title">
      <ModalHeader title={words.addFreeze} labelId="freeze-title" description={words.freezesText} />
      <ModalBody>
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
        <Form>
          <FormGroup label={words.freezeName} fieldId="freeze-name" isRequired>
            <TextInput id="freeze-name" value={name} onChange={(_, text) => setName(text)} />
          </FormGroup>
          <FormGroup label={words.from} fieldId="freeze-from" isRequired>
            <TextInput id="freeze-from" type="datetime-local" value={from} onChange={(_, text) => setFrom(text)} />
          </FormGroup>
          <FormGroup label={words.to} fieldId="freeze-to" isRequired>
            <TextInput id="freeze-to" type="datetime-local" value={to} onChange={(_, text) => setTo(text)} />
          </FormGroup>
          <FormGroup label={words.devices} fieldId="freeze-selector">
            <TextInput id="freeze-selector" className="muster-mono" value={selector} onChange={(_, text) => setSelector(text)} />
          </FormGroup>
          <FormGroup label={words.reason} fieldId="freeze-reason">
            <TextInput id="freeze-reason" value={reason} onChange={(_, text) => setReason(text)} />
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button onClick={() => void save()} isLoading={busy} isDisabled={busy || !name || !from || !to}>
          {words.save}
        </Button>
        <Button variant="link" onClick={close} isDisabled={busy}>
          {m.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** The browser's local time as an instant. */
function instant(local: string): string {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? local : time.toISOString();
}
