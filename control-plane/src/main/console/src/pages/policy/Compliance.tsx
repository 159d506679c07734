import { Button, Card, CardBody, SearchInput, Toolbar, ToolbarContent, ToolbarItem, Tooltip } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { path } from '../../api/client';
import { useLive } from '../../api/live';
import type { Compliance as ComplianceShape } from '../../api/policy';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { count } from '../../parts/format';
import { StateLabel } from '../../parts/Labels';
import { Pager } from '../../parts/Pager';
import { Said } from '../../parts/Said';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';

const STATES = ['compliant', 'pending', 'drifted', 'notEnforceable', 'stale'];
// The looks of states that mean the same elsewhere.
const LOOKS: Record<string, string> = {
  compliant: 'succeeded',
  pending: 'started',
  drifted: 'drifted',
  notEnforceable: 'unreached',
  'not-enforceable': 'unreached',
  stale: 'stopped',
};

/** Does the fleet do what the policy says? Counts first, then the devices behind a count. */
export function Compliance() {
  const words = m.policy.compliance;
  const [query, setQuery] = useSearchParams();
  const state = query.get('state');
  const q = query.get('q') ?? '';
  const [typed, setTyped] = useState(q);
  useEffect(() => setTyped(q), [q]);
  const compliance = useGet<ComplianceShape>(path(['policy', 'compliance'], { q, state, limit: 50, cursor: query.get('cursor') }));
  useLive((kind) => kind === 'device', compliance.reload);

  const show = (changes: Record<string, string | null>) => {
    const to = new URLSearchParams(query);
    to.delete('cursor');
    Object.entries(changes).forEach(([key, value]) => (value ? to.set(key, value) : to.delete(key)));
    setQuery(to);
  };

  return (
    <Shown remote={compliance} lines={8}>
      {({ counts, items, next }) => (
        <>
          <div className="muster-counts muster-counts-5 muster-gap">
            {STATES.map((one) => (
              <Tooltip key={one} content={words.hints[one]}>
                <button type="button" className="muster-tile" aria-pressed={state === one} onClick={() => show({ state: state === one ? null : one })}>
                  <span className="muster-tile-name">{words.states[one]}</span>
                  <span className="muster-number">{count(counts[one] ?? 0)}</span>
                </button>
              </Tooltip>
            ))}
          </div>
          <Card className="muster-flush">
            <CardBody>
              <Toolbar className="muster-toolbar" inset={{ default: 'insetMd' }}>
                <ToolbarContent>
                  <ToolbarItem className="muster-search">
                    <SearchInput
                      aria-label={words.search}
                      placeholder={m.fleet.searchPlaceholder}
                      value={typed}
                      onChange={(_, value) => setTyped(value)}
                      onSearch={(_, value) => show({ q: value.trim() })}
                      onClear={() => show({ q: null })}
                      submitSearchButtonLabel={m.fleet.searchGo}
                      resetButtonLabel={m.common.clear}
                    />
                  </ToolbarItem>
                  {state && (
                    <ToolbarItem>
                      <Button variant="link" onClick={() => show({ state: null })}>
                        {m.common.clear}
                      </Button>
                    </ToolbarItem>
                  )}
                </ToolbarContent>
              </Toolbar>
              {items.length === 0 ? (
                <Nothing title={words.empty} searched>
                  {words.emptyText}
                </Nothing>
              ) : (
                <>
                  <Table aria-label={m.policy.tabs['compliance']} variant="compact">
                    <Thead>
                      <Tr>
                        <Th>{words.device}</Th>
                        <Th>{words.state}</Th>
                        <Th>{words.policy}</Th>
                        <Th width={40}>{words.why}</Th>
                        <Th>{words.since}</Th>
                      </Tr>
                    </Thead>
                    <Tbody>
                      {items.map((row) => (
                        <Tr key={row.device}>
                          <Td dataLabel={words.device}>
                            <Link to={`/devices/${encodeURIComponent(row.device)}`}>{row.device}</Link>
                          </Td>
                          <Td dataLabel={words.state}>
                            <StateLabel state={LOOKS[row.state] ?? row.state} words={{ [LOOKS[row.state] ?? row.state]: words.states[row.state] ?? row.state }} />
                          </Td>
                          <Td dataLabel={words.policy}>{versions(row.policyVersion, row.wantedVersion)}</Td>
                          <Td dataLabel={words.why}>{row.why ? <Said>{row.why}</Said> : m.common.none}</Td>
                          <Td dataLabel={words.since}>{row.since ? <Time at={row.since} /> : m.common.none}</Td>
                        </Tr>
                      ))}
                    </Tbody>
                  </Table>
                  <Pager next={next} />
                </>
              )}
            </CardBody>
          </Card>
        </>
      )}
    </Shown>
  );
}

function versions(held: number | null, wanted: number | null): string {
  const text = held ? String(held) : m.common.none;
  return wanted && wanted !== held ? m.policy.compliance.wanted(text, String(wanted)) : text;
}
