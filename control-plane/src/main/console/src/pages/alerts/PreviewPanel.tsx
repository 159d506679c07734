import { Alert, Button, Flex, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link } from 'react-router';
import type { AlertPreview } from '../../api/alerts';
import { path, postText } from '../../api/client';
import { m } from '../../i18n';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Time } from '../../parts/Time';

const words = m.alerts;
const HOUR_MS = 3_600_000;
// A little less than a week: what is asked for must not have gone by the time that the server reads the question.
const SPANS: Record<string, number> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS - 60_000 };
const SHOWN = 100;

/** What the rule, as it is written now, would have raised over what devices sent. */
export function PreviewPanel({ text, ready }: { text: string; ready: boolean }) {
  const [span, setSpan] = useState('day');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [found, setFound] = useState<AlertPreview>();

  const look = async () => {
    setBusy(true);
    setFailure(undefined);
    setFound(undefined);
    try {
      const from = new Date(Date.now() - (SPANS[span] ?? HOUR_MS)).toISOString();
      setFound(await postText<AlertPreview>(path(['alert-rules', 'preview'], { from }), 'application/yaml', text));
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };

  return (
    <Section
      title={words.preview}
      hint={words.previewText}
      actions={
        <Flex gap={{ default: 'gapSm' }}>
          <ToggleGroup isCompact aria-label={words.previewSpan}>
            {Object.keys(SPANS).map((key) => (
              <ToggleGroupItem
                key={key}
                text={words.previewSpans[key]}
                isSelected={key === span}
                onChange={() => setSpan(key)}
              />
            ))}
          </ToggleGroup>
          <Button variant="secondary" isLoading={busy} isDisabled={busy || !ready} onClick={() => void look()}>
            {words.previewRun}
          </Button>
        </Flex>
      }
    >
      <div aria-live="polite">
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} />}
        {found && <Found found={found} />}
      </div>
    </Section>
  );
}

function Found({ found }: { found: AlertPreview }) {
  return (
    <>
      <p>{words.previewFound(found.count, found.devices)}</p>
      {found.neverFired > 0 && <p className="muster-quiet">{words.previewShort(found.neverFired)}</p>}
      {found.looked < found.devices && (
        <Alert isInline variant="warning" title={words.previewPart(found.looked, found.devices)} />
      )}
      {found.missing.map((what) => (
        <Alert key={what} isInline variant="warning" title={<Said>{words.previewMissing(what)}</Said>} />
      ))}
      {found.alerts.length > 0 && (
        <Table aria-label={words.preview} variant="compact">
          <Thead>
            <Tr>
              <Th>{words.device}</Th>
              <Th>{words.since}</Th>
              <Th>{words.fires}</Th>
              <Th>{words.over}</Th>
              <Th>{words.value}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {found.alerts.slice(0, SHOWN).map((alert) => (
              <Tr key={`${alert.device} ${alert.since}`}>
                <Td dataLabel={words.device}>
                  <Link to={`/devices/${encodeURIComponent(alert.device)}`}>{alert.device}</Link>
                </Td>
                <Td dataLabel={words.since}>
                  <Time at={alert.since} />
                </Td>
                <Td dataLabel={words.fires}>
                  <Time at={alert.firedAt} />
                </Td>
                <Td dataLabel={words.over}>{alert.resolvedAt ? <Time at={alert.resolvedAt} /> : words.notOver}</Td>
                <Td dataLabel={words.value}>{alert.value ?? (found.metric ? '' : alert.detail)}</Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {found.count > SHOWN && <p className="muster-quiet">{words.previewMore(found.count - SHOWN)}</p>}
    </>
  );
}
