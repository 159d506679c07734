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
} from '@patternfly/react-core';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { ApiError } from '../api/client';
import { m } from '../i18n';
import { Said } from './Said';

/** A form above the page. It stays open with the reason if what it asks for does not work. */
export function FormModal({
  title,
  text,
  action,
  danger = false,
  ready = true,
  focus,
  submit,
  close,
  children,
}: {
  title: string;
  text?: string;
  action: string;
  danger?: boolean;
  /** Whether everything that is needed is filled in. */
  ready?: boolean;
  /** Selects what has the focus first. */
  focus?: string;
  /** Closes the form unless it answers false. */
  submit: () => Promise<unknown>;
  close: () => void;
  children: ReactNode;
}) {
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  const go = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      if ((await submit()) !== false) {
        close();
        return;
      }
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
    }
    setBusy(false);
  };

  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby={`${id}-title`} {...(focus ? { elementToFocus: focus } : {})}>
      <ModalHeader title={title} labelId={`${id}-title`} {...(text ? { description: text } : {})} />
      <ModalBody>
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
        <Form id={`${id}-form`} onSubmit={(event) => void go(event)}>
          {children}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant={danger ? 'danger' : 'primary'} type="submit" form={`${id}-form`} isLoading={busy} isDisabled={busy || !ready}>
          {action}
        </Button>
        <Button variant="link" onClick={close} isDisabled={busy}>
          {m.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** One field of a form, with a word of help below it. */
export function Field({
  id,
  label,
  hint,
  required = false,
  children,
}: {
  id: string;
  label: string;
  hint?: string;
  required?: boolean;
  children: ReactNode;
}) {
  return (
    <FormGroup label={label} fieldId={id} isRequired={required}>
      {children}
      {hint && <Hint>{hint}</Hint>}
    </FormGroup>
  );
}

/** A word of help below what it is about. */
export function Hint({ children }: { children: ReactNode }) {
  return (
    <FormHelperText>
      <HelperText>
        <HelperTextItem>{children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}
