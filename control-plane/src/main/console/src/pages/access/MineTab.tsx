import {
  ClipboardCopy,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Label,
} from '@patternfly/react-core';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { MinusCircleIcon } from '@patternfly/react-icons/dist/esm/icons/minus-circle-icon';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';
import type { Me } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { reach, ROLES, type Reach } from '../../parts/rights';
import { Effect, On } from './parts';

const words = m.access.mine;

/** What the reader may do, where, and which bindings say so. */
export function MineTab() {
  const me = useGet<Me>('/me');
  return (
    <Shown remote={me} lines={6}>
      {(known) => (
        <>
          <Section title={words.you}>
            <DescriptionList isCompact columnModifier={{ default: '1Col', md: '2Col' }}>
              <Member name={words.name}>{known.name}</Member>
              <Member name={words.tenant}>{known.tenant}</Member>
              <Member name={words.identity}>
                <ClipboardCopy
                  variant="inline-compact"
                  isCode
                  hoverTip={m.common.copy}
                  clickTip={m.common.copied}
                  copyAriaLabel={`${m.common.copy}: ${words.identity}`}
                >
                  {known.subject}
                </ClipboardCopy>
                <div className="muster-quiet">{words.identityHint}</div>
              </Member>
            </DescriptionList>
          </Section>
          {known.roles.length === 0 ? (
            <Nothing title={words.noneTitle}>{words.noneText}</Nothing>
          ) : (
            <>
              <div className="muster-gap-top">
                <Section title={words.reach} flush>
                  <Rights me={known} />
                </Section>
              </div>
              <div className="muster-gap-top">
                <Section title={words.bindings} hint={words.bindingsHint} flush>
                  <Bindings me={known} />
                </Section>
              </div>
            </>
          )}
        </>
      )}
    </Shown>
  );
}

function Member({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription className="muster-break">{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

function Rights({ me }: { me: Me }) {
  const { role, may, devices } = words.columns;
  return (
    <Table aria-label={words.reach} variant="compact">
      <Thead>
        <Tr>
          <Th width={40}>{role}</Th>
          <Th>{may}</Th>
          <Th width={40}>{devices}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {ROLES.map((name) => {
          const found = reach(me.roles, name);
          return (
            <Tr key={name}>
              <Td dataLabel={role}>
                <strong>{name}</strong>
                <div className="muster-quiet">{m.access.roles[name]}</div>
              </Td>
              <Td dataLabel={may}>
                <May reach={found} />
              </Td>
              <Td dataLabel={devices} className="muster-break">
                {found.any ? <Where reach={found} /> : m.common.none}
              </Td>
            </Tr>
          );
        })}
      </Tbody>
    </Table>
  );
}

function May({ reach: found }: { reach: Reach }) {
  if (!found.any) {
    return (
      <Label isCompact variant="outline" color="grey" icon={<MinusCircleIcon />}>
        {words.no}
      </Label>
    );
  }
  return (
    <Label isCompact variant="outline" color={found.everywhere ? 'green' : 'blue'} icon={<CheckCircleIcon />}>
      {found.everywhere ? words.yes : words.some}
    </Label>
  );
}

function Where({ reach: { on, except } }: { reach: Reach }) {
  return (
    <>
      {on.map((selector) => (
        <div key={selector}>
          <On selector={selector} />
        </div>
      ))}
      {except.map((selector) => (
        <div key={selector} className="muster-bad">
          {words.except} <On selector={selector} />
        </div>
      ))}
    </>
  );
}

function Bindings({ me }: { me: Me }) {
  const { effect, role, devices } = m.access.bindings.columns;
  return (
    <Table aria-label={words.bindings} variant="compact">
      <Thead>
        <Tr>
          <Th width={40}>{role}</Th>
          <Th>{effect}</Th>
          <Th width={40}>{devices}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {me.roles.map((held, i) => (
          <Tr key={i} className={held.deny ? 'muster-deny' : ''}>
            <Td dataLabel={role}>{held.role}</Td>
            <Td dataLabel={effect}>
              <Effect deny={held.deny ?? false} />
            </Td>
            <Td dataLabel={devices} className="muster-break">
              <On selector={held.selector ?? ''} />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
