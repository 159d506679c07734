import {
  ActionGroup,
  Alert,
  Button,
  Card,
  CardBody,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Form,
  FormGroup,
  FormHelperText,
  Grid,
  GridItem,
  HelperText,
  HelperTextItem,
  TextInput,
} from '@patternfly/react-core';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { path, post } from '../../api/client';
import type { Explanation } from '../../api/policy';
import type { Device, Manifest, Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { full } from '../../parts/format';
import { save as saveFile } from '../../parts/save';
import { Said } from '../../parts/Said';
import { Shown } from '../../parts/States';
import { isLoose, LevelLabel, short, Verdict } from '../../parts/Verdict';

/** The question in the address, the answer below: granted or denied, why, and how far it binds on the device. */
export function Explain() {
  const [query, setQuery] = useSearchParams();
  const asked = {
    device: query.get('device') ?? '',
    bundle: query.get('bundle') ?? '',
    permission: query.get('permission') ?? '',
    user: query.get('user') ?? '',
    at: query.get('at') ?? '',
  };
  const complete = asked.device !== '' && asked.bundle !== '' && asked.permission !== '';
  const answer = useGet<Explanation>(complete ? path(['policy', 'explain'], asked) : null);

  return (
    <Grid hasGutter>
      <GridItem lg={5}>
        <Card>
          <CardBody>
            <Question asked={asked} ask={(question) => setQuery({ tab: 'explain', ...filled(question) })} />
          </CardBody>
        </Card>
      </GridItem>
      <GridItem lg={7}>
        {complete && (
          <Card>
            <CardBody>
              <Shown remote={answer}>{(explanation) => <Answer explanation={explanation} />}</Shown>
            </CardBody>
          </Card>
        )}
      </GridItem>
    </Grid>
  );
}

interface Asked {
  device: string;
  bundle: string;
  permission: string;
  user: string;
  /** An instant in the past, ISO 8601; empty: now. */
  at: string;
}

const filled = (asked: Asked) => Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));

/** `2026-01-05T07:00` as the reader's clock says it, to an instant; empty stays empty. */
const toInstant = (local: string) => (local === '' ? '' : new Date(local).toISOString());
const toLocal = (instant: string) => {
  if (instant === '') {
    return '';
  }
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? '' : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

function Question({ asked, ask }: { asked: Asked; ask: (question: Asked) => void }) {
  const [typed, setTyped] = useState(asked);
  useEffect(
    () => setTyped({ device: asked.device, bundle: asked.bundle, permission: asked.permission, user: asked.user, at: asked.at }),
    [asked.device, asked.bundle, asked.permission, asked.user, asked.at],
  );

  // Suggestions, while typing: devices of the fleet, then what that device says it has.
  const devices = useGet<Page<Device>>(path(['devices'], { limit: 50 }));
  const isKnown = devices.data?.items.some((device) => device.id === typed.device) ?? false;
  const manifest = useGet<Manifest | null>(isKnown || typed.device === asked.device && asked.device !== '' ? path(['devices', typed.device, 'manifest']) : null);
  const apps = manifest.data?.apps ?? [];
  const permissions = apps.find((app) => app.bundle === typed.bundle)?.permissions ?? [];

  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask({ ...typed, device: typed.device.trim(), bundle: typed.bundle.trim(), permission: typed.permission.trim(), user: typed.user.trim() });
  };
  const ready = typed.device.trim() !== '' && typed.bundle.trim() !== '' && typed.permission.trim() !== '';

  return (
    <Form onSubmit={submit}>
      <p>{m.permissions.explainText}</p>
      <Field id="device" label={m.permissions.device} hint={m.permissions.deviceHint} value={typed.device} options={(devices.data?.items ?? []).map((device) => device.id)} change={(device) => setTyped({ ...typed, device })} />
      <Field id="bundle" label={m.permissions.bundle} hint={m.permissions.bundleHint} value={typed.bundle} options={apps.map((app) => app.bundle)} change={(bundle) => setTyped({ ...typed, bundle })} />
      <Field id="permission" label={m.permissions.permission} hint={m.permissions.permissionHint} value={typed.permission} options={permissions} change={(permission) => setTyped({ ...typed, permission })} />
      <FormGroup label={m.policy.explain.at} fieldId="at">
        <TextInput id="at" type="datetime-local" value={toLocal(typed.at)} onChange={(_, text) => setTyped({ ...typed, at: toInstant(text) })} />
        <FormHelperText>
          <HelperText>
            <HelperTextItem>{m.policy.explain.atHint}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      </FormGroup>
      <ActionGroup>
        <Button type="submit" isDisabled={!ready}>
          {m.permissions.ask}
        </Button>
      </ActionGroup>
    </Form>
  );
}

function Field({
  id,
  label,
  hint,
  value,
  options,
  change,
}: {
  id: string;
  label: string;
  hint: string;
  value: string;
  options: string[];
  change: (value: string) => void;
}) {
  return (
    <FormGroup label={label} fieldId={id} isRequired>
      <TextInput id={id} isRequired value={value} list={id + '-options'} onChange={(_, text) => change(text)} autoComplete="off" />
      <datalist id={id + '-options'}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
      <FormHelperText>
        <HelperText>
          <HelperTextItem>{hint}</HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}

function Answer({ explanation }: { explanation: Explanation }) {
  const { granted } = explanation;
  const words = m.policy.explain;
  const level = explanation.level ?? explanation.enforcement ?? '';
  return (
    <>
      <Verdict big granted={granted} level={level} />
      {explanation.at && explanation.source === 'history' && (
        <p className="muster-quiet">{words.fromHistory(full(explanation.at))}</p>
      )}
      <p className="muster-gap">{m.permissions.answer(explanation.bundle, explanation.permission, explanation.device, granted)}</p>
      {explanation.note && <Alert isInline variant="info" title={explanation.note} className="muster-gap" />}
      {!granted && isLoose(level) && <Alert isInline variant="warning" title={m.permissions.notStopped} className="muster-gap" />}
      {explanation.drift && (
        <Alert
          isInline
          variant="warning"
          title={m.policy.matrix.drift(explanation.drift.actual, explanation.drift.repeats)}
          className="muster-gap"
        />
      )}
      <DescriptionList>
        <Part name={m.permissions.reason}>
          {m.permissions.reasons[explanation.reason] ?? explanation.reason}
          {explanation.detail && (
            <div className="muster-quiet">
              <Said>{explanation.detail}</Said>
            </div>
          )}
        </Part>
        {explanation.condition && (
          <Part name={words.condition}>
            <code>{explanation.condition.text}</code>{' '}
            <span className="muster-quiet">
              {explanation.condition.holds === null ? words.holdsUnknown : explanation.condition.holds ? words.holds : words.holdsNot}
            </span>
          </Part>
        )}
        {explanation.situation && (
          <Part name={words.situation}>{words.told(explanation.situation.facts, full(explanation.situation.at))}</Part>
        )}
        {(explanation.rules?.length ?? 0) > 0 && (
          <Part name={words.rules}>
            <ul className="muster-plain">
              {explanation.rules?.map((rule, i) => (
                <li key={i}>
                  {words.ruleKinds[rule.kind.toLowerCase()] ?? rule.kind}{' '}
                  <Link to={`/permissions/edit/${encodeURIComponent(kindOf(rule.kind))}/${encodeURIComponent(rule.name)}`}>{rule.name}</Link>
                  {rule.role && (
                    <>
                      {' → '}
                      <Link to={`/permissions/edit/Role/${encodeURIComponent(rule.role)}`}>{rule.role}</Link>
                    </>
                  )}
                </li>
              ))}
            </ul>
          </Part>
        )}
        <Part name={m.permissions.enforcement}>
          <LevelLabel level={level} text={explanation.levelText ?? null} />
          {(explanation.levelText || explanation.mechanism) && (
            <div className="muster-quiet">{explanation.levelText ?? explanation.mechanism}</div>
          )}
        </Part>
        <Part name={m.permissions.policy}>
          {explanation.policyVersion ? m.common.version(explanation.policyVersion) : m.common.none}
        </Part>
        <Part name={m.permissions.device}>
          <Link to={`/devices/${encodeURIComponent(explanation.device)}`}>{explanation.device}</Link>
        </Part>
      </DescriptionList>
      <Evidence explanation={explanation} />
    </>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

/** The answer as a signed file. */
function Evidence({ explanation }: { explanation: Explanation }) {
  const words = m.policy.explain;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const save = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const { device, bundle, permission, at } = explanation;
      const envelope = await post<unknown>(path(['policy', 'evidence']), {
        device,
        bundle,
        permission,
        ...(at && explanation.source === 'history' ? { at } : {}),
      });
      saveFile(`evidence-${device}-${bundle}-${short(permission)}.json`, new Blob([JSON.stringify(envelope, null, 2)]));
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <div className="muster-gap-top">
      {failure && (
        <Alert isInline variant="danger" title={words.evidenceFailed} className="muster-gap">
          <Said>{failure}</Said>
        </Alert>
      )}
      <Button variant="secondary" onClick={() => void save()} isLoading={busy} isDisabled={busy}>
        {words.evidence}
      </Button>
      <p className="muster-quiet">
        <Said>{words.evidenceHint}</Said>
      </p>
    </div>
  );
}

const KINDS: Record<string, string> = { binding: 'Binding', 'guard-rail': 'GuardRail', guardrail: 'GuardRail', guard_rail: 'GuardRail', capability: 'Capability' };
const kindOf = (kind: string) => KINDS[kind.toLowerCase()] ?? kind;
