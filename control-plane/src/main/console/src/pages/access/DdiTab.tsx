import {
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Flex,
  Stack,
  StackItem,
  Switch,
} from '@patternfly/react-core';
import { useState } from 'react';
import { path, post, put, remove } from '../../api/client';
import type { DdiAccess } from '../../api/ddi';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { CopyBlock } from '../../parts/CopyBlock';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { useMayEverywhere } from '../../parts/useRoles';
import { DdiForm } from './DdiForm';

const words = m.ddi.access;
const SWITCHES = ['enabled', 'targetTokens', 'confirmation'] as const;

/** How hawkBit's clients come in. */
export function DdiTab() {
  const access = useGet<DdiAccess>(path(['ddi']));
  const may = useMayEverywhere('admin');
  const [failure, setFailure] = useState<string>();
  const [asking, setAsking] = useState<'make' | 'end' | 'change'>();
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
  const end = () =>
    remove(path(['ddi', 'gateway-token'])).then(() => {
      setToken(undefined);
      access.reload();
    });
  const close = () => setAsking(undefined);
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
                {found.site && <Row term={words.site}>{found.site}</Row>}
                {found.tags.length > 0 && <Row term={words.tags}>{found.tags.join(', ')}</Row>}
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
                <Flex>
                  <Button variant="secondary" onClick={() => setAsking('change')}>
                    {words.change}
                  </Button>
                  <Button variant="secondary" onClick={() => setAsking('make')}>
                    {words.make}
                  </Button>
                  {found.gatewayToken && (
                    <Button variant="link" isDanger onClick={() => setAsking('end')}>
                      {words.end}
                    </Button>
                  )}
                </Flex>
              </StackItem>
            )}
            {asking === 'change' && <DdiForm access={found} done={access.reload} close={close} />}
            {asking === 'make' && <Confirm title={words.makeTitle} text={words.makeText} action={words.make} run={make} close={close} />}
            {asking === 'end' && (
              <Confirm title={words.endTitle} text={words.endText} action={words.end} danger run={end} close={close} />
            )}
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
