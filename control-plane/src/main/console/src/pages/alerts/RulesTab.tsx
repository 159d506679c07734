import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Link, useNavigate } from 'react-router';
import type { AlertRule } from '../../api/alerts';
import { path } from '../../api/client';
import { useLive } from '../../api/live';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { useMayEverywhere } from '../../parts/useRoles';
import { SeverityLabel } from './parts';

const words = m.alerts;

/** All rules, and how many devices each watches. */
export function RulesTab() {
  const rules = useGet<Page<AlertRule>>(path(['alert-rules']));
  const may = useMayEverywhere('operator');
  const go = useNavigate();
  useLive((kind) => kind === 'alert', rules.reload);
  const add = (
    <Button variant="secondary" onClick={() => void go('/alerts/rules/new')}>
      {words.newRule}
    </Button>
  );
  return (
    <Section title={words.rules} hint={words.rulesText} flush {...(may ? { actions: add } : {})}>
      <Shown remote={rules} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={words.noRules}>{words.noRulesText}</Nothing>
          ) : (
            <Table aria-label={words.rules} variant="compact">
              <Thead>
                <Tr>
                  <Th>{words.rule}</Th>
                  <Th>{words.kind}</Th>
                  <Th>{words.severity}</Th>
                  <Th>{words.devices}</Th>
                  <Th>{words.open}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {items.map((rule) => (
                  <Tr key={rule.name}>
                    <Td dataLabel={words.rule}>
                      <Link to={`/alerts/rules/${rule.name}`}>{rule.name}</Link>
                      {rule.description && <div className="muster-quiet">{rule.description}</div>}
                    </Td>
                    <Td dataLabel={words.kind}>{rule.kind}</Td>
                    <Td dataLabel={words.severity}>
                      <SeverityLabel severity={rule.severity} />
                    </Td>
                    <Td dataLabel={words.devices}>
                      {rule.devices} <span className="muster-quiet">{rule.selector || words.all}</span>
                    </Td>
                    <Td dataLabel={words.open}>{rule.open}</Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          )
        }
      </Shown>
    </Section>
  );
}
