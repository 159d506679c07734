import { Alert, Button, Grid, GridItem, PageSection, Spinner, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { ApiError, path, postText, putText, remove } from '../../api/client';
import type { Validation } from '../../api/policy';
import type { Page, PolicyDocument } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { PageHead } from '../../parts/PageHead';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { useMay } from '../../parts/useRoles';
import type { Mark } from '../../parts/YamlEditor';
import type { Schema } from '../../parts/yamlSchema';
import { ImpactPanel } from './ImpactPanel';
import { Problems } from './Problems';
import { PublishModal } from './PublishModal';
import { TEMPLATES } from './templates';
import { TestList } from './Tests';

// The editor is half of the console's bytes and needed on this page only.
const YamlEditor = lazy(() => import('../../parts/YamlEditor'));

const YAML = 'application/yaml';
const PAUSE_MS = 600;

/** One policy document of the draft, or a new one: text, mistakes, tests, and what it would change on devices. */
export function EditorPage() {
  const { kind, name } = useParams();
  const [query] = useSearchParams();
  const existing = useGet<PolicyDocument>(kind && name ? path(['policy', 'documents', kind, name]) : null);
  const template = TEMPLATES[query.get('kind') ?? 'Role'] ?? '';
  const title = kind && name ? `${kind} ${name}` : m.policy.editor.newTitle;
  return (
    <>
      <PageHead title={title} parent={{ to: '/permissions?tab=documents', text: m.permissions.title }} text={m.policy.editor.hint} />
      <PageSection isFilled>
        {kind && name ? (
          <Shown remote={existing} lines={8}>
            {(document) => <Editor key={kind + '/' + name} start={document.yaml ?? ''} at={{ kind, name }} />}
          </Shown>
        ) : (
          <Editor key={query.get('kind')} start={template} at={undefined} />
        )}
      </PageSection>
    </>
  );
}

function Editor({ start, at }: { start: string; at: { kind: string; name: string } | undefined }) {
  const words = m.policy.editor;
  const go = useNavigate();
  const may = useMay('security-officer');
  const [text, setText] = useState(start);
  const [saved, setSaved] = useState(start);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError>();
  const [publishing, setPublishing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [tab, setTab] = useState('problems');
  const validation = useValidation(text, may);
  const schema = useGet<Schema>(path(['policy', 'schema']));
  const documents = useGet<Page<PolicyDocument>>(path(['policy', 'documents'], { limit: 50 }));
  const names = useCallback(
    (place: (string | number)[]) => namesFor(place, documents.data?.items ?? []),
    [documents.data],
  );
  const marks = useMemo(() => marksOf(validation.result), [validation.result]);
  const isNew = at === undefined;
  const dirty = text !== saved || isNew;

  const save = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const { items } = await putText<{ items: { kind: string; name: string }[] }>(path(['policy', 'documents']), YAML, text);
      setSaved(text);
      documents.reload();
      const first = items[0];
      if (isNew && first) {
        go(`/permissions/edit/${encodeURIComponent(first.kind)}/${encodeURIComponent(first.name)}`, { replace: true });
      }
    } catch (error) {
      setFailure(error instanceof ApiError ? error : new ApiError('failed', 'failed', String(error)));
    }
    setBusy(false);
  };

  const problems = (validation.result?.errors.length ?? 0) + (validation.result?.warnings.length ?? 0);
  const failed = validation.result?.tests.filter((test) => !test.passed).length ?? 0;
  return (
    <Grid hasGutter>
      <GridItem xl={7}>
        <Section
          title={words.label}
          actions={
            may && (
              <>
                <Button variant="secondary" onClick={() => void save()} isLoading={busy} isDisabled={busy || !dirty}>
                  {words.save}
                </Button>{' '}
                <Button onClick={() => setPublishing(true)} isDisabled={busy || dirty || validation.result?.valid === false}>
                  {m.policy.impact.review}
                </Button>{' '}
                {at && (
                  <Button variant="link" isDanger onClick={() => setDeleting(true)}>
                    {words.remove}
                  </Button>
                )}
              </>
            )
          }
          hint={dirty ? words.unsaved : undefined}
        >
          {!may && <Alert isInline isPlain variant="info" title={words.readOnly} className="muster-gap" />}
          {failure && <Alert isInline variant="danger" title={<Said>{failure.message}</Said>} className="muster-gap" />}
          <Suspense fallback={<Spinner aria-label={m.common.loading} />}>
            <YamlEditor label={words.label} start={start} change={setText} marks={marks} schema={schema.data} names={names} readOnly={!may} />
          </Suspense>
        </Section>
      </GridItem>
      <GridItem xl={5}>
        <Tabs activeKey={tab} onSelect={(_, key) => setTab(String(key))} aria-label={words.title} isFilled>
          <Tab eventKey="problems" title={<TabTitleText>{words.problems + (problems ? ` (${problems})` : '')}</TabTitleText>}>
            <div className="muster-gap-top">
              <Problems validation={validation.result} failure={validation.failure} />
            </div>
          </Tab>
          <Tab eventKey="tests" title={<TabTitleText>{words.tests + (failed ? ` (${failed})` : '')}</TabTitleText>}>
            <div className="muster-gap-top">{validation.result && <TestList tests={validation.result.tests} />}</div>
          </Tab>
          <Tab eventKey="impact" title={<TabTitleText>{words.impact}</TabTitleText>}>
            <div className="muster-gap-top">{tab === 'impact' && <ImpactPanel yaml={dirty ? text : undefined} valid={validation.result?.valid !== false} />}</div>
          </Tab>
        </Tabs>
      </GridItem>
      {publishing && <PublishModal close={() => setPublishing(false)} />}
      {deleting && at && (
        <Confirm
          title={words.removeTitle(`${at.kind} ${at.name}`)}
          text={words.removeText}
          action={words.remove}
          danger
          run={() => remove(path(['policy', 'documents', at.kind, at.name])).then(() => go('/permissions?tab=documents'))}
          close={() => setDeleting(false)}
        />
      )}
    </Grid>
  );
}

/** What the server says about the text, a moment after the last key. */
function useValidation(text: string, may: boolean): { result: Validation | undefined; failure: string | undefined } {
  const [state, setState] = useState<{ result?: Validation; failure?: string }>({});
  useEffect(() => {
    if (!may) {
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      postText<Validation>(path(['policy', 'validate']), YAML, text, abort.signal)
        .then((result) => setState({ result }))
        .catch((error: unknown) => {
          if (!abort.signal.aborted) {
            setState({ failure: error instanceof Error ? error.message : String(error) });
          }
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, may]);
  return { result: state.result, failure: state.failure };
}

/** Mistakes elsewhere in the draft have a source of their own; their lines are not lines of this text. */
export const isHere = (source: string | null | undefined) => !source || source === 'body' || source === 'draft' || source === 'request';

function marksOf(result: Validation | undefined): Mark[] {
  const all = [
    ...(result?.errors ?? []).map((error) => ({ ...error, severity: 'error' as const })),
    ...(result?.warnings ?? []).map((warning) => ({ ...warning, severity: 'warning' as const })),
  ];
  return all.filter((one) => isHere(one.source)).map(({ line, column, message, severity }) => ({ line, column, message, severity }));
}

function namesFor(place: (string | number)[], documents: PolicyDocument[]): string[] {
  const of = (kind: string) => documents.filter((document) => document.kind === kind).map((document) => document.name);
  return place.includes('roles') ? of('Role') : [];
}
