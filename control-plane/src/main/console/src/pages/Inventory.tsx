import { Alert, Button, Checkbox, FileUpload, Flex } from '@patternfly/react-core';
import { useState } from 'react';
import { ApiError, path, postText } from '../api/client';
import { m } from '../i18n';
import { Field, FormModal } from '../parts/FormModal';
import { Said } from '../parts/Said';
import { download } from '../parts/save';
import { useMay } from '../parts/useRoles';

interface Imported {
  imported: number;
  refused: number;
  errors: Wrong[];
}

interface Wrong {
  line: number;
  column: string | null;
  message: string;
}

/** Takes devices that are to come from a file, and writes those that the page shows into one. */
export function Inventory({ asked, done }: { asked: string; done: () => void }) {
  const [importing, setImporting] = useState(false);
  const [failure, setFailure] = useState<string>();
  const may = useMay('operator');
  const words = m.registry.inventory;
  const exported = () => {
    setFailure(undefined);
    download(path(['inventory'], { q: asked, format: 'csv' }), 'devices.csv').catch((error: unknown) =>
      setFailure(error instanceof ApiError ? error.message : String(error)),
    );
  };
  return (
    <>
      <Flex gap={{ default: 'gapSm' }}>
        {may && (
          <Button variant="secondary" onClick={() => setImporting(true)}>
            {words.import}
          </Button>
        )}
        <Button variant="secondary" onClick={exported}>
          {words.export}
        </Button>
      </Flex>
      {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap-top" />}
      {importing && <Import done={done} close={() => setImporting(false)} />}
    </>
  );
}

const SHOWN = 20;

function Import({ done, close }: { done: () => void; close: () => void }) {
  const [file, setFile] = useState('');
  const [text, setText] = useState('');
  const [partial, setPartial] = useState(false);
  const [answer, setAnswer] = useState<Imported>();
  const words = m.registry.inventory;

  const send = async () => {
    const type = file.endsWith('.ndjson') || text.trimStart().startsWith('{') ? 'application/x-ndjson' : 'text/csv';
    try {
      const imported = await postText<Imported>(path(['inventory'], { partial: partial ? 'true' : null }), type, text);
      setAnswer(imported);
      done();
      return imported.errors.length === 0;
    } catch (error) {
      if (error instanceof ApiError && Array.isArray(error.problem.errors)) {
        setAnswer({ imported: 0, refused: error.problem.errors.length, errors: error.problem.errors as Wrong[] });
        return false;
      }
      throw error;
    }
  };

  return (
    <FormModal title={words.importTitle} text={words.importText} action={words.import} ready={text.trim() !== ''} submit={send} close={close}>
      {answer && answer.errors.length > 0 && (
        <Alert isInline variant="warning" title={words.answer(answer.imported, answer.refused)}>
          <ul>
            {answer.errors.slice(0, SHOWN).map((wrong) => (
              <li key={`${wrong.line} ${wrong.column} ${wrong.message}`}>
                {words.place(wrong.line, wrong.column)}: <Said>{wrong.message}</Said>
              </li>
            ))}
          </ul>
          {answer.errors.length > SHOWN && words.more(answer.errors.length - SHOWN)}
        </Alert>
      )}
      <Field id="inventory-file" label={words.file} hint={words.fileHint} required>
        <FileUpload
          id="inventory-file"
          type="text"
          value={text}
          filename={file}
          filenamePlaceholder={words.filePlaceholder}
          browseButtonText={words.browse}
          clearButtonText={words.clear}
          textAreaPlaceholder={'id,serial,site,tags\npress-07,SN-4711,hall-2,press'}
          onFileInputChange={(_, chosen) => setFile(chosen.name)}
          onDataChange={(_, data) => setText(data)}
          onTextChange={(_, data) => setText(data)}
          onClearClick={() => {
            setFile('');
            setText('');
          }}
          allowEditingUploadedText
        />
      </Field>
      <Checkbox id="inventory-partial" label={words.partial} isChecked={partial} onChange={(_, on) => setPartial(on)} />
    </FormModal>
  );
}
