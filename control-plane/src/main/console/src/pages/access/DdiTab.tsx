import {
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Stack,
  StackItem,
  Switch,
} from '@patternfly/react-core';
import { useState } from 'react';
import { path, post, put } from '../../api/client';
import type { DdiAccess } from '../../api/ddi';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { CopyBlock } from '../../parts/CopyBlock';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { useMayEverywhere } from '../../parts/useRoles';

const words = m.ddi.access;
const SWITCHES = ['enabled', 'targetTokens', 'confirmation'] as const;

/** How hawkBit's clients come in. */
export function DdiTab() {
  const access = useGet<DdiAccess>(path(['ddi']));
  const may = useMayEverywhere('admin');
  const [failure, setFailure] = useState<string>();
  const [making, setMaking] = useState(false);
  const [token, setToken] = useState<string>();
  const change = (wanted: Partial<DdiAccess>) =>
    put(path(['ddi']), wanted)
      .then(() => {
        setFailure(undefined);
        access.reload();
      })
      .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
  const make = () =>
    post<{ token: string }>(path(['ddi', 'gateway-token'])).then((made) => {
      setToken(made.token);
      access.reload();
    });
  return (
    <Section title={words.title} hint={words.text}>
      <Shown remote={access} lines={6}>
        {(found) => (
          <Stack hasGutter>
            {failure && (
              <StackItem>
                <Said>{failure}</Said>
              </StackItem>
            )}
            {SWITCHES.map((kind) => (
              <StackItem key={kind}>
                <Switch
                  id={`ddi-${kind}`}
                  label={words.switches[kind]}
                  isChecked={found[kind]}
                  isDisabled={!may}
                  onChange={(_, on) => void change({ [kind]: on })}
                />
              </StackItem>
            ))}
            <StackItem>
              <DescriptionList isCompact isHorizontal>
                <Row term={words.gatewayToken}>{found.gatewayToken ? words.has : words.hasNone}</Row>
                <Row term={words.unknown}>{words.unknowns[found.unknown] ?? found.unknown}</Row>
                <Row term={words.hardware}>{found.hardware}</Row>
                <Row term={words.polling}>{found.polling}</Row>
                {found.authorities.length > 0 && <Row term={words.authorities}>{found.authorities.join(', ')}</Row>}
              </DescriptionList>
            </StackItem>
            {token && (
              <StackItem>
                <p>{words.made}</p>
                <CopyBlock label={words.gatewayToken}>{token}</CopyBlock>
              </StackItem>
            )}
            {may && (
              <StackItem>
                <Button variant="secondary" onClick={() => setMaking(true)}>
                  {words.make}
                </Button>
              </StackItem>
            )}
            {making && <Confirm title={words.makeTitle} text={words.makeText} action={words.make} run={make} close={() => setMaking(false)} />}
          </Stack>
        )}
      </Shown>
    </Section>
  );
}

function Row({ term, children }: { term: string; children: string }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
