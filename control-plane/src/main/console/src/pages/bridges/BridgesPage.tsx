import { Button, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useEffect } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Bridge } from '../../api/bridges';
import { path } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { PageHead } from '../../parts/PageHead';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { useMayEverywhere } from '../../parts/useRoles';
import { BridgeState, rate } from './parts';

const words = m.bridges;
const LOOK_MS = 3000;

/** All bridges, and how each stands. */
export function BridgesPage() {
  const bridges = useGet<Page<Bridge>>(path(['bridges']));
  const may = useMayEverywhere('admin');
  const go = useNavigate();
  const { reload } = bridges;
  useEffect(() => {
    const timer = setInterval(reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const add = (
    <Button variant="secondary" onClick={() => void go('/bridges/new')}>
      {words.add}
    </Button>
  );
  return (
    <>
      <PageHead title={words.title} text={words.text} />
      <PageSection isFilled>
        <Section title={words.list} flush {...(may ? { actions: add } : {})}>
          <Shown remote={bridges} lines={4}>
            {({ items }) =>
              items.length === 0 ? <Nothing title={words.none}>{words.noneText}</Nothing> : <Rows items={items} />
            }
          </Shown>
        </Section>
      </PageSection>
    </>
  );
}

function Rows({ items }: { items: Bridge[] }) {
  return (
    <Table aria-label={words.list} variant="compact">
      <Thead>
        <Tr>
          <Th>{words.bridge}</Th>
          <Th>{words.state}</Th>
          <Th>{words.broker}</Th>
          <Th>{words.rate}</Th>
          <Th>{words.values}</Th>
          <Th>{words.dead}</Th>
          <Th>{words.refused}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {items.map((bridge) => (
          <Tr key={bridge.name}>
            <Td dataLabel={words.bridge}>
              <Link to={`/bridges/${bridge.name}`}>{bridge.name}</Link>
              {bridge.description && <div className="muster-quiet">{bridge.description}</div>}
            </Td>
            <Td dataLabel={words.state}>
              <BridgeState run={bridge.run} />
            </Td>
            <Td dataLabel={words.broker} modifier="breakWord">
              {bridge.broker}
            </Td>
            <Td dataLabel={words.rate}>{rate(bridge.run.perSecond)}</Td>
            <Td dataLabel={words.values}>{bridge.run.values}</Td>
            <Td dataLabel={words.dead}>{bridge.run.deadLetters}</Td>
            <Td dataLabel={words.refused}>{bridge.run.refused}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
