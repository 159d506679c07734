import { Alert, Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import type { BridgePreview, SeenMessage } from '../../api/bridges';
import { m } from '../../i18n';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';

const words = m.bridges;

/** What live messages would become by the text as it stands in the editor. */
export function PreviewCard({ run, disabled }: { run: () => Promise<BridgePreview>; disabled: boolean }) {
  const [seen, setSeen] = useState<BridgePreview>();
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const look = async () => {
    setBusy(true);
    setFailure(undefined);
    setSeen(undefined);
    try {
      setSeen(await run());
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  const button = (
    <Button variant="secondary" isLoading={busy} isDisabled={busy || disabled} onClick={() => void look()}>
      {words.look}
    </Button>
  );
  return (
    <Section title={words.preview} hint={words.previewText} actions={button}>
      <div aria-live="polite">
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} />}
        {seen && seen.problem !== 'none' && (
          <Alert isInline variant="danger" title={words.problems[seen.problem] ?? seen.problem}>
            <Said>{seen.trouble}</Said>
          </Alert>
        )}
        {seen && seen.problem === 'none' && <p>{words.heard(seen.seen.length, seen.messages)}</p>}
      </div>
      {seen && seen.seen.length > 0 && <Messages seen={seen.seen} />}
    </Section>
  );
}

function Messages({ seen }: { seen: SeenMessage[] }) {
  return (
    <Table aria-label={words.preview} variant="compact">
      <Thead>
        <Tr>
          <Th>{words.topic}</Th>
          <Th>{words.becomes}</Th>
          <Th>{words.value}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {seen.flatMap((message, at) =>
          message.would.length === 0
            ? [
                <Tr key={at}>
                  <Topic message={message} />
                  <Td dataLabel={words.becomes} colSpan={2}>
                    <span className="muster-bad">{words.nothing}</span>: <Said>{message.reason}</Said>
                  </Td>
                </Tr>,
              ]
            : message.would.map((would, place) => (
                <Tr key={`${at}-${place}`}>
                  <Topic message={message} />
                  <Td dataLabel={words.becomes}>
                    {would.device} · {would.metric}
                    <div className={would.verdict === 'refused' ? 'muster-bad' : 'muster-quiet'}>
                      {words.verdicts[would.verdict]} {would.reason && <Said>{would.reason}</Said>}
                    </div>
                  </Td>
                  <Td dataLabel={words.value} modifier="breakWord">
                    {would.value}
                  </Td>
                </Tr>
              )),
        )}
      </Tbody>
    </Table>
  );
}

function Topic({ message }: { message: SeenMessage }) {
  return (
    <Td dataLabel={words.topic} modifier="breakWord">
      {message.topic}
      <div className="muster-quiet muster-id">{message.payload}</div>
    </Td>
  );
}
