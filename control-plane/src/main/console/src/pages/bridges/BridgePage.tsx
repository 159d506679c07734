import {
  Alert,
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Flex,
  PageSection,
  Spinner,
} from '@patternfly/react-core';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { Bridge, BridgePreview } from '../../api/bridges';
import { ApiError, path, post, postText, putText, remove } from '../../api/client';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Marks } from '../../parts/Marks';
import { PageHead } from '../../parts/PageHead';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMayEverywhere } from '../../parts/useRoles';
import type { Mark } from '../../parts/YamlEditor';
import { BridgeState, rate } from './parts';
import { PreviewCard } from './PreviewCard';

const YamlEditor = lazy(() => import('../../parts/YamlEditor'));

const words = m.bridges;
const YAML = 'application/yaml';
const LOOK_MS = 3000;
const TEMPLATE = `apiVersion: muster.dev/v1
kind: Bridge
metadata: {name: hall-7}
spec:
  broker: mqtts://broker.example:8883
  devices: "tag==hall-7"
  create: {tags: [hall-7]}
  mappings:
    - topic: factory/{line}/{device}/temp
      device: "{device}"
      payload: json
      values:
        - {metric: temperature, path: $.value}
`;

/** A bridge: how it stands, its text, and what live messages would become by it. */
export function BridgePage() {
  const { name } = useParams();
  const bridge = useGet<Bridge>(name ? path(['bridges', name]) : null);
  const { reload } = bridge;
  useEffect(() => {
    const timer = setInterval(reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [reload]);
  return (
    <>
      <PageHead
        title={name ? words.bridgeTitle(name) : words.add}
        parent={{ to: '/bridges', text: words.title }}
        text={words.bridgeText}
      />
      <PageSection isFilled>
        {name ? (
          <Shown remote={bridge} lines={8}>
            {(stored) => (
              <>
                <Standing bridge={stored} />
                <Editor key={stored.name} start={stored.yaml} name={stored.name} />
              </>
            )}
          </Shown>
        ) : (
          <Editor key="new" start={TEMPLATE} name={undefined} />
        )}
      </PageSection>
    </>
  );
}

function Standing({ bridge }: { bridge: Bridge }) {
  const { run } = bridge;
  const secrets = [bridge.hasPassword ? words.password : '', bridge.hasIdentity ? words.identity : ''].filter((one) => one);
  const facts: [string, ReactNode][] = [
    [words.state, <BridgeState key="state" run={run} />],
    [words.since, <Time key="since" at={run.since} />],
    [words.last, <Time key="last" at={run.lastMessage} />],
    [words.rate, rate(run.perSecond)],
    [words.messages, run.received],
    [words.values, run.values],
    [words.dead, run.deadLetters],
    [words.refused, run.refused],
    [words.dropped, run.dropped],
    [words.gaps, run.gaps],
    [words.devices, bridge.selector || words.all],
    [words.made, bridge.devices],
    [words.secrets, secrets.join(', ') || words.noSecrets],
    [words.instance, run.instance ?? m.common.none],
  ];
  const refusals = Object.entries(run.refusals);
  return (
    <Section title={words.standing}>
      <DescriptionList isCompact columnModifier={{ default: '1Col', md: '3Col' }}>
        {facts.map(([term, value]) => (
          <DescriptionListGroup key={term}>
            <DescriptionListTerm>{term}</DescriptionListTerm>
            <DescriptionListDescription>{value}</DescriptionListDescription>
          </DescriptionListGroup>
        ))}
      </DescriptionList>
      {refusals.length > 0 && (
        <Alert isInline variant="warning" title={words.refusals} className="muster-gap-top">
          {refusals.map(([device, reason]) => (
            <div key={device}>
              {device}: <Said>{reason}</Said>
            </div>
          ))}
        </Alert>
      )}
    </Section>
  );
}

function Editor({ start, name }: { start: string; name: string | undefined }) {
  const may = useMayEverywhere('admin');
  const go = useNavigate();
  const [text, setText] = useState(start);
  const [saved, setSaved] = useState(name ? start : '');
  const [marks, setMarks] = useState<Mark[]>([]);
  const [failure, setFailure] = useState<string>();
  const [deleting, setDeleting] = useState(false);

  const told = (error: unknown) => {
    const errors = error instanceof ApiError ? (error.problem['errors'] as Mark[] | undefined) : undefined;
    setMarks(errors?.map(({ line, column, message }) => ({ line, column, message, severity: 'error' as const })) ?? []);
    return errors ? undefined : error instanceof Error ? error.message : String(error);
  };
  const save = async () => {
    setFailure(undefined);
    setMarks([]);
    try {
      const stored = await putText<Bridge>(path(['bridges', name ?? nameIn(text)]), YAML, text);
      setSaved(text);
      if (!name) {
        await go(`/bridges/${stored.name}`);
      }
    } catch (error) {
      setFailure(told(error));
    }
  };
  const preview = async () => {
    setMarks([]);
    try {
      return name && text === saved
        ? await post<BridgePreview>(path(['bridges', name, 'preview']))
        : await postText<BridgePreview>(path(['bridges', 'preview']), YAML, text);
    } catch (error) {
      told(error);
      throw error;
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
                  <Button isDisabled={text === saved} onClick={() => void save()}>
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
            marks={marks}
            schema={undefined}
            names={() => []}
            readOnly={!may}
          />
        </Suspense>
        <div aria-live="polite" className="muster-gap-top">
          <Marks marks={marks} />
        </div>
        {deleting && name && (
          <Confirm
            title={words.removeTitle(name)}
            text={words.removeText}
            action={words.remove}
            danger
            run={() => remove(path(['bridges', name])).then(() => go('/bridges'))}
            close={() => setDeleting(false)}
          />
        )}
      </Section>
      <PreviewCard run={preview} disabled={!may && text !== saved} />
    </>
  );
}

/** The name that a text gives; the server says what is wrong with it. */
function nameIn(text: string): string {
  return /name:\s*["']?([a-z0-9-]+)/.exec(text)?.[1] ?? 'unnamed';
}
