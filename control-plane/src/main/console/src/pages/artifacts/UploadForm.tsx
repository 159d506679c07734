import {
  Alert,
  Button,
  FileUpload,
  Form,
  FormSelect,
  FormSelectOption,
  Grid,
  GridItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Progress,
  TextInput,
} from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { Artifact } from '../../api/artifacts';
import { ApiError } from '../../api/client';
import { upload, type Progress as Step, type What } from '../../api/upload';
import { m } from '../../i18n';
import { Field } from '../../parts/FormModal';
import { bytes } from '../../parts/format';
import { Said } from '../../parts/Said';

const words = m.artifacts.form;

interface Fields {
  kind: What['kind'];
  name: string;
  version: string;
  hardware: string;
  counter: string;
}

const NOTHING: Fields = { kind: 'app', name: '', version: '', hardware: '', counter: '' };

/** A file on its way, seen all the time. It can be stopped, and goes on where it stopped. */
export function UploadForm({ changed, close }: { changed: () => void; close: () => void }) {
  const [file, setFile] = useState<File>();
  const [said, setSaid] = useState(NOTHING);
  const [step, setStep] = useState<Step>();
  const [failure, setFailure] = useState<string>();
  const [stopped, setStopped] = useState(false);
  // Whether a next try goes on, instead of beginning anew.
  const [resumable, setResumable] = useState(false);
  const [made, setMade] = useState<Artifact>();
  const running = useRef<AbortController>(undefined);
  // The page may be left in the middle: what arrived is kept.
  useEffect(() => () => running.current?.abort(), []);

  const change = (part: Partial<Fields>) => setSaid({ ...said, ...part });
  const choose = (chosen: File) => {
    setFile(chosen);
    setStopped(false);
    setResumable(false);
    setFailure(undefined);
    change({ kind: /\.(hap|hsp|app)$/i.test(chosen.name) ? 'app' : 'image' });
  };
  const busy = step !== undefined;

  const go = async () => {
    if (!file) {
      return;
    }
    const abort = new AbortController();
    running.current = abort;
    setFailure(undefined);
    setStopped(false);
    setStep({ phase: 'reading', done: 0, total: file.size });
    try {
      setMade(await upload(file, whatOf(said), setStep, abort.signal));
      changed();
    } catch (error) {
      if (abort.signal.aborted) {
        setStopped(true);
        setResumable(true);
      } else {
        const broken = error instanceof ApiError && error.kind === 'unreachable';
        setFailure(broken ? words.broken : error instanceof ApiError ? error.message : String(error));
        setResumable(broken);
      }
    }
    setStep(undefined);
  };

  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby="upload-title">
      <ModalHeader title={words.title} labelId="upload-title" />
      <ModalBody>
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
        {stopped && <Alert isInline variant="info" title={words.stopped} className="muster-gap" />}
        {made ? (
          <Alert isInline variant="success" title={words.done}>
            <Link to={`/artifacts/${made.sha256}`}>
              {made.name} {made.version}
            </Link>
          </Alert>
        ) : (
          <Form onSubmit={(event) => event.preventDefault()}>
            <Field id="file" label={words.file} hint={words.fileHint} required>
              <FileUpload
                id="file"
                value=""
                filename={file?.name ?? ''}
                hideDefaultPreview
                browseButtonText={words.browse}
                clearButtonText={m.common.clear}
                isDisabled={busy}
                onFileInputChange={(_, chosen) => choose(chosen)}
                onClearClick={() => setFile(undefined)}
              />
            </Field>
            <Field id="kind" label={words.kind}>
              <FormSelect id="kind" isDisabled={busy} value={said.kind} onChange={(_, kind) => change({ kind: kind === 'image' ? 'image' : 'app' })}>
                {Object.entries(m.artifacts.kinds).map(([kind, label]) => (
                  <FormSelectOption key={kind} value={kind} label={label} />
                ))}
              </FormSelect>
            </Field>
            {said.kind === 'image' && <OfImage said={said} busy={busy} change={change} />}
          </Form>
        )}
        {step && (
          <Progress
            className="muster-gap-top"
            aria-label={words.phases[step.phase] ?? step.phase}
            title={words.phases[step.phase] ?? step.phase}
            value={step.total === 0 ? 0 : (100 * step.done) / step.total}
            label={words.of(bytes(step.done), bytes(step.total))}
          />
        )}
      </ModalBody>
      <ModalFooter>
        {made ? (
          <Button onClick={close}>{m.common.close}</Button>
        ) : (
          <>
            <Button isDisabled={busy || !file || !isReady(said)} isLoading={busy} onClick={() => void go()}>
              {resumable ? words.goOn : words.go}
            </Button>
            {busy ? (
              <Button variant="secondary" onClick={() => running.current?.abort()}>
                {words.stop}
              </Button>
            ) : (
              <Button variant="link" onClick={close}>
                {m.common.cancel}
              </Button>
            )}
          </>
        )}
      </ModalFooter>
    </Modal>
  );
}

function OfImage({ said, busy, change }: { said: Fields; busy: boolean; change: (part: Partial<Fields>) => void }) {
  return (
    <Grid hasGutter>
      <GridItem sm={6}>
        <Field id="counter" label={words.counter} hint={words.counterHint} required>
          <TextInput id="counter" type="number" min={0} isDisabled={busy} value={said.counter} onChange={(_, counter) => change({ counter })} />
        </Field>
      </GridItem>
      <GridItem sm={6}>
        <Field id="hardware" label={words.hardware} hint={words.hardwareHint}>
          <TextInput id="hardware" isDisabled={busy} value={said.hardware} onChange={(_, hardware) => change({ hardware })} />
        </Field>
      </GridItem>
      <GridItem sm={6}>
        <Field id="image-name" label={words.name} hint={words.ofPackage}>
          <TextInput id="image-name" isDisabled={busy} value={said.name} onChange={(_, name) => change({ name })} />
        </Field>
      </GridItem>
      <GridItem sm={6}>
        <Field id="image-version" label={words.version} hint={words.ofPackage}>
          <TextInput id="image-version" isDisabled={busy} value={said.version} onChange={(_, version) => change({ version })} />
        </Field>
      </GridItem>
    </Grid>
  );
}

function isReady(said: Fields): boolean {
  return said.kind === 'app' || /^\d+$/.test(said.counter);
}

function whatOf(said: Fields): What {
  if (said.kind === 'app') {
    return { kind: 'app' };
  }
  return {
    kind: 'image',
    releaseCounter: Number(said.counter),
    ...(said.name.trim() ? { name: said.name.trim() } : {}),
    ...(said.version.trim() ? { version: said.version.trim() } : {}),
    ...(said.hardware.trim() ? { hardware: said.hardware.trim() } : {}),
  };
}
