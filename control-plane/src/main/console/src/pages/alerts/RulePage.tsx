import { Alert, Button, Flex, PageSection, Spinner } from '@patternfly/react-core';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { AlertRule } from '../../api/alerts';
import { ApiError, path, postText, putText, remove } from '../../api/client';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Marks } from '../../parts/Marks';
import { PageHead } from '../../parts/PageHead';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { useMayEverywhere } from '../../parts/useRoles';
import type { Mark } from '../../parts/YamlEditor';
import { PreviewPanel } from './PreviewPanel';

const YamlEditor = lazy(() => import('../../parts/YamlEditor'));

const words = m.alerts;
const YAML = 'application/yaml';
const PAUSE_MS = 500;
const TEMPLATE = `apiVersion: muster.dev/v1
kind: AlertRule
metadata: {name: offline}
spec:
  devices: all
  severity: warning
  for: 5m
  when:
    offline: {}
`;

/** A rule of alerts as text: what is wrong with it, and how many devices it would watch, while it is written. */
export function RulePage() {
  const { name } = useParams();
  const rule = useGet<AlertRule>(name ? path(['alert-rules', name]) : null);
  return (
    <>
      <PageHead
        title={name ? words.ruleTitle(name) : words.newRule}
        parent={{ to: '/alerts?tab=rules', text: words.rules }}
        text={words.ruleText}
      />
      <PageSection isFilled>
        {name ? (
          <Shown remote={rule} lines={8}>
            {(stored) => <Editor key={stored.name} start={stored.yaml} name={stored.name} />}
          </Shown>
        ) : (
          <Editor key="new" start={TEMPLATE} name={undefined} />
        )}
      </PageSection>
    </>
  );
}

interface Checked {
  marks: Mark[];
  name?: string;
  devices?: number;
  failure?: string;
}

function Editor({ start, name }: { start: string; name: string | undefined }) {
  const may = useMayEverywhere('operator');
  const go = useNavigate();
  const [text, setText] = useState(start);
  const [saved, setSaved] = useState(name ? start : '');
  const [failure, setFailure] = useState<string>();
  const [deleting, setDeleting] = useState(false);
  const checked = useChecked(text);

  const save = async () => {
    setFailure(undefined);
    try {
      const stored = await putText<AlertRule>(path(['alert-rules', name ?? checked.name ?? '']), YAML, text);
      setSaved(text);
      if (!name) {
        await go(`/alerts/rules/${stored.name}`);
      }
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
    }
  };

  return (
    <>
      <Section
        title={words.editor}
        {...(may
          ? {
              actions: (
                <Flex gap={{ default: 'gapSm' }}>
                  <Button isDisabled={text === saved || checked.devices === undefined} onClick={() => void save()}>
                    {text === saved ? words.saved : words.save}
                  </Button>
                  {name && (
                    <Button variant="link" isDanger onClick={() => setDeleting(true)}>
                      {words.remove}
                    </Button>
                  )}
                </Flex>
              ),
            }
          : {})}
      >
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
        <Suspense fallback={<Spinner aria-label={m.common.loading} />}>
          <YamlEditor
            label={words.editor}
            start={start}
            change={setText}
            marks={checked.marks}
            schema={undefined}
            names={() => []}
            readOnly={!may}
          />
        </Suspense>
        <div aria-live="polite" className="muster-gap-top">
          {checked.devices !== undefined && <p>{words.watches(checked.devices)}</p>}
          {checked.failure && <Alert isInline isPlain variant="danger" title={<Said>{checked.failure}</Said>} />}
          <Marks marks={checked.marks} />
        </div>
        {deleting && name && (
          <Confirm
            title={words.removeTitle(name)}
            text={words.removeText}
            action={words.remove}
            danger
            run={() => remove(path(['alert-rules', name])).then(() => go('/alerts?tab=rules'))}
            close={() => setDeleting(false)}
          />
        )}
      </Section>
      <div className="muster-gap-top">
        <PreviewPanel text={text} ready={checked.devices !== undefined} />
      </div>
    </>
  );
}

/** What the server says of the text, once nobody has changed it for a moment. */
function useChecked(text: string): Checked {
  const [checked, setChecked] = useState<Checked>({ marks: [] });
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      postText<{ name: string; devices: number }>(path(['alert-rules', 'validate']), YAML, text, abort.signal)
        .then(({ name, devices }) => setChecked({ marks: [], name, devices }))
        .catch((error: unknown) => {
          if (!abort.signal.aborted) {
            setChecked(wrong(error));
          }
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return checked;
}

function wrong(error: unknown): Checked {
  const errors = error instanceof ApiError ? (error.problem['errors'] as Mark[] | undefined) : undefined;
  return errors
    ? { marks: errors.map(({ line, column, message }) => ({ line, column, message, severity: 'error' })) }
    : { marks: [], failure: error instanceof Error ? error.message : String(error) };
}
