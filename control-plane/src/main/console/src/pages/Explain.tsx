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
  Label,
  TextInput,
} from '@patternfly/react-core';
import { BanIcon } from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { useEffect, useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'react-router';
import { path } from '../api/client';
import type { Device, Explanation, Manifest, Page } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Said } from '../parts/Said';
import { Shown } from '../parts/States';

/** The question in the address, the answer below: granted or denied, why, and how far it binds on the device. */
export function Explain() {
  const [query, setQuery] = useSearchParams();
  const asked = {
    device: query.get('device') ?? '',
    bundle: query.get('bundle') ?? '',
    permission: query.get('permission') ?? '',
  };
  const complete = asked.device !== '' && asked.bundle !== '' && asked.permission !== '';
  const answer = useGet<Explanation>(complete ? path(['policy', 'explain'], asked) : null);

  return (
    <Grid hasGutter>
      <GridItem lg={5}>
        <Card>
          <CardBody>
            <Question asked={asked} ask={(question) => setQuery(question)} />
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

type Asked = { device: string; bundle: string; permission: string };

function Question({ asked, ask }: { asked: Asked; ask: (question: Asked) => void }) {
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped({ device: asked.device, bundle: asked.bundle, permission: asked.permission }), [asked.device, asked.bundle, asked.permission]);

  // Suggestions, while typing: devices of the fleet, then what that device says it has.
  const devices = useGet<Page<Device>>(path(['devices'], { limit: 50 }));
  const isKnown = devices.data?.items.some((device) => device.id === typed.device) ?? false;
  const manifest = useGet<Manifest>(isKnown || typed.device === asked.device && asked.device !== '' ? path(['devices', typed.device, 'manifest']) : null);
  const apps = manifest.data?.apps ?? [];
  const permissions = apps.find((app) => app.bundle === typed.bundle)?.permissions ?? [];

  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask({ device: typed.device.trim(), bundle: typed.bundle.trim(), permission: typed.permission.trim() });
  };
  const ready = typed.device.trim() !== '' && typed.bundle.trim() !== '' && typed.permission.trim() !== '';

  return (
    <Form onSubmit={submit}>
      <p>{m.permissions.explainText}</p>
      <Field id="device" label={m.permissions.device} hint={m.permissions.deviceHint} value={typed.device} options={(devices.data?.items ?? []).map((device) => device.id)} change={(device) => setTyped({ ...typed, device })} />
      <Field id="bundle" label={m.permissions.bundle} hint={m.permissions.bundleHint} value={typed.bundle} options={apps.map((app) => app.bundle)} change={(bundle) => setTyped({ ...typed, bundle })} />
      <Field id="permission" label={m.permissions.permission} hint={m.permissions.permissionHint} value={typed.permission} options={permissions} change={(permission) => setTyped({ ...typed, permission })} />
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
  const level = explanation.enforcement ?? '';
  // Older and newer servers may add the mechanism after the level.
  const known = Object.keys(m.permissions.enforcements).find((key) => level.startsWith(key));
  return (
    <>
      <Label color={granted ? 'green' : 'red'} icon={granted ? <CheckCircleIcon /> : <BanIcon />} className="muster-verdict">
        {granted ? m.permissions.granted : m.permissions.denied}
      </Label>
      <p className="muster-gap">{m.permissions.answer(explanation.bundle, explanation.permission, explanation.device, granted)}</p>
      {!granted && (known === 'observed-only' || known === 'impossible') && (
        <Alert isInline variant="warning" title={m.permissions.notStopped} className="muster-gap" />
      )}
      <DescriptionList>
        <DescriptionListGroup>
          <DescriptionListTerm>{m.permissions.reason}</DescriptionListTerm>
          <DescriptionListDescription>
            {m.permissions.reasons[explanation.reason] ?? explanation.reason}
            {explanation.detail && (
              <div className="muster-quiet">
                <Said>{explanation.detail}</Said>
              </div>
            )}
          </DescriptionListDescription>
        </DescriptionListGroup>
        <DescriptionListGroup>
          <DescriptionListTerm>{m.permissions.enforcement}</DescriptionListTerm>
          <DescriptionListDescription>
            {known ? m.permissions.enforcements[known] : level || m.common.none}
            {known && known !== level && <div className="muster-quiet">{level}</div>}
          </DescriptionListDescription>
        </DescriptionListGroup>
        <DescriptionListGroup>
          <DescriptionListTerm>{m.permissions.policy}</DescriptionListTerm>
          <DescriptionListDescription>
            {explanation.policyVersion ? m.common.version(explanation.policyVersion) : m.common.none}
          </DescriptionListDescription>
        </DescriptionListGroup>
        <DescriptionListGroup>
          <DescriptionListTerm>{m.permissions.device}</DescriptionListTerm>
          <DescriptionListDescription>
            <Link to={`/devices/${encodeURIComponent(explanation.device)}`}>{explanation.device}</Link>
          </DescriptionListDescription>
        </DescriptionListGroup>
      </DescriptionList>
    </>
  );
}
