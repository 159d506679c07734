import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';
import { ApiError } from '../api/client';
import { m } from '../i18n';
import { isTyped, wordFor } from './many';
import { Said } from './Said';
import { TypedWord } from './TypedWord';

/** Asks before something happens, and keeps the question open with the reason if it does not work. */
export function Confirm({
  title,
  text,
  action,
  danger = false,
  warning,
  devices = 0,
  run,
  close,
}: {
  title: string;
  text: string;
  action: string;
  danger?: boolean;
  /** What must not be overlooked. */
  warning?: ReactNode;
  /** How many devices it changes; of many, their number is to be typed. */
  devices?: number;
  run: () => Promise<unknown>;
  close: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [typed, setTyped] = useState('');
  const word = wordFor(devices);

  const go = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await run();
      close();
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby="confirm-title">
      <ModalHeader title={title} labelId="confirm-title" {...(danger ? { titleIconVariant: 'warning' as const } : {})} />
      <ModalBody>
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
        <Said>{text}</Said>
        <TypedWord word={word} typed={typed} change={setTyped} />
        {warning && <Alert isInline variant="danger" title={warning} component="h2" className="muster-gap-top" />}
      </ModalBody>
      <ModalFooter>
        <Button variant={danger ? 'danger' : 'primary'} isLoading={busy} isDisabled={busy || !isTyped(word, typed)} onClick={() => void go()}>
          {action}
        </Button>
        <Button variant="link" onClick={close} isDisabled={busy}>
          {m.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
