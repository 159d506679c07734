import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Link, useSearchParams } from 'react-router';
import type { Alert, AlertGroup, AlertRule } from '../../api/alerts';
import { path } from '../../api/client';
import { useLive } from '../../api/live';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Pager } from '../../parts/Pager';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { AlertState, SeverityLabel } from './parts';

const words = m.alerts;
const FILTERS = ['open', 'firing', 'acknowledged', 'pending', 'resolved'];

/** What fires now as few rows, then the book behind it. */
export function BookTab() {
  const [query, setQuery] = useSearchParams();
  const state = FILTERS.includes(query.get('state') ?? '') ? (query.get('state') as string) : 'open';
  const groups = useGet<Page<AlertGroup>>(path(['alerts', 'groups']));
  const alerts = useGet<Page<Alert>>(path(['alerts'], { state, limit: 25, cursor: query.get('cursor') }));
  useLive(
    (kind) => kind === 'alert',
    () => {
      groups.reload();
      alerts.reload();
    },
  );
  return (
    <>
      {groups.data && groups.data.items.length > 0 && <Groups groups={groups.data.items} />}
      <Section
        title={words.list}
        flush
        actions={
          <ToggleGroup aria-label={words.filter} isCompact>
            {FILTERS.map((one) => (
              <ToggleGroupItem
                key={one}
                text={words.filters[one]}
                buttonId={`alerts-${one}`}
                isSelected={one === state}
                onChange={() => setQuery({ state: one })}
              />
            ))}
          </ToggleGroup>
        }
      >
        <Shown remote={alerts} lines={6}>
          {(page) => (page.items.length === 0 ? <Empty state={state} /> : <List page={page} />)}
        </Shown>
      </Section>
    </>
  );
}

function Groups({ groups }: { groups: AlertGroup[] }) {
  return (
    <div className="muster-gap">
      <Section title={words.groups} hint={words.groupsText} flush>
        <Table aria-label={words.groups} variant="compact">
          <Thead>
            <Tr>
              <Th>{words.rule}</Th>
              <Th>{words.site}</Th>
              <Th>{words.severity}</Th>
              <Th>{words.alerts}</Th>
              <Th>{words.since}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {groups.map((group) => (
              <Tr key={group.rule + '/' + group.site}>
                <Td dataLabel={words.rule}>
                  <Link to={group.alerts === 1 && group.first[0] ? `/alerts/${group.first[0]}` : '/alerts?state=firing'}>{group.rule}</Link>
                </Td>
                <Td dataLabel={words.site}>{group.site || words.noSite}</Td>
                <Td dataLabel={words.severity}>
                  <SeverityLabel severity={group.severity} />
                </Td>
                <Td dataLabel={words.alerts}>
                  {group.alerts}
                  {group.acknowledged > 0 && <span className="muster-quiet"> ({words.taken(group.acknowledged)})</span>}
                  {group.inhibited > 0 && <span className="muster-quiet"> ({words.explains(group.inhibited)})</span>}
                </Td>
                <Td dataLabel={words.since}>
                  <Time at={group.since} />
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </Section>
    </div>
  );
}

function List({ page }: { page: Page<Alert> }) {
  return (
    <>
      <Table aria-label={words.list} variant="compact">
        <Thead>
          <Tr>
            <Th width={40}>{words.summary}</Th>
            <Th>{words.severity}</Th>
            <Th>{words.state}</Th>
            <Th>{words.device}</Th>
            <Th>{words.since}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((alert) => (
            <Tr key={alert.id}>
              <Td dataLabel={words.summary}>
                <Link to={`/alerts/${alert.id}`}>{alert.summary}</Link>
                <div className="muster-quiet">{alert.rule}</div>
              </Td>
              <Td dataLabel={words.severity}>
                <SeverityLabel severity={alert.severity} />
              </Td>
              <Td dataLabel={words.state}>
                <AlertState alert={alert} />
              </Td>
              <Td dataLabel={words.device}>
                <Link to={`/devices/${encodeURIComponent(alert.device)}`}>{alert.device}</Link>
                {alert.site && <div className="muster-quiet">{alert.site}</div>}
              </Td>
              <Td dataLabel={words.since} modifier="nowrap">
                <Time at={alert.since} />
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Pager next={page.next} />
    </>
  );
}

function Empty({ state }: { state: string }) {
  const rules = useGet<Page<AlertRule>>(path(['alert-rules']));
  if (state !== 'open') {
    return (
      <Nothing title={words.nothingFound} searched>
        {words.nothingFoundText}
      </Nothing>
    );
  }
  if (rules.data?.items.length === 0) {
    return (
      <Nothing title={words.noRules} action={<Link to="/alerts/rules/new">{words.firstRule}</Link>}>
        {words.noRulesText}
      </Nothing>
    );
  }
  return <Nothing title={words.none}>{words.noneText}</Nothing>;
}
