import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Link, useSearchParams } from 'react-router';
import { path } from '../../api/client';
import type { Suggestion, UsageRow } from '../../api/policy';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { count } from '../../parts/format';
import { Pager } from '../../parts/Pager';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { short } from '../../parts/Verdict';

/** What is granted and never used, and what was used. */
export function Usage() {
  const words = m.policy.usage;
  const [query, setQuery] = useSearchParams();
  const days = query.get('days') ?? '30';
  const suggestions = useGet<Page<Suggestion>>(path(['policy', 'usage', 'suggestions'], { days }));
  const usage = useGet<Page<UsageRow>>(path(['policy', 'usage'], { limit: 50, cursor: query.get('cursor') }));
  const choose = (value: string) => {
    const to = new URLSearchParams(query);
    to.set('days', value);
    setQuery(to);
  };
  return (
    <>
      <Section
        title={words.suggestions}
        hint={words.suggestionsHint}
        flush
        actions={
          <FormSelect aria-label={words.days} value={days} onChange={(_, value) => choose(value)}>
            {Object.entries(words.dayChoices).map(([value, text]) => (
              <FormSelectOption key={value} value={value} label={text} />
            ))}
          </FormSelect>
        }
      >
        <Shown remote={suggestions}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="muster-inset muster-quiet">{words.none}</p>
            ) : (
              <Table aria-label={words.suggestions} variant="compact">
                <Thead>
                  <Tr>
                    <Th>{words.permission}</Th>
                    <Th>{words.app}</Th>
                    <Th>{words.role}</Th>
                    <Th>{words.devices}</Th>
                  </Tr>
                </Thead>
                <Tbody>
                  {items.map((one, i) => (
                    <Tr key={i}>
                      <Td dataLabel={words.permission}>
                        <span title={one.permission}>{short(one.permission)}</span>
                        <div className="muster-quiet">{one.text}</div>
                      </Td>
                      <Td dataLabel={words.app}>{one.bundle}</Td>
                      <Td dataLabel={words.role}>
                        {one.role ? <Link to={`/permissions/edit/Role/${encodeURIComponent(one.role)}`}>{one.role}</Link> : m.common.none}
                      </Td>
                      <Td dataLabel={words.devices}>{count(one.devices)}</Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
            )
          }
        </Shown>
      </Section>
      <div className="muster-gap-top">
        <Section title={words.records} flush>
          <Shown remote={usage}>
            {({ items, next }) =>
              items.length === 0 ? (
                <p className="muster-inset muster-quiet">{words.noRecords}</p>
              ) : (
                <>
                  <Table aria-label={words.records} variant="compact">
                    <Thead>
                      <Tr>
                        <Th>{words.app}</Th>
                        <Th>{words.permission}</Th>
                        <Th>{m.permissions.device}</Th>
                        <Th className="muster-right">{words.granted}</Th>
                        <Th className="muster-right">{words.denied}</Th>
                        <Th>{words.lastUsed}</Th>
                      </Tr>
                    </Thead>
                    <Tbody>
                      {items.map((row, i) => (
                        <Tr key={i}>
                          <Td dataLabel={words.app}>{row.bundle}</Td>
                          <Td dataLabel={words.permission}>
                            <span title={row.permission}>{short(row.permission)}</span>
                          </Td>
                          <Td dataLabel={m.permissions.device}>
                            {row.device ? <Link to={`/devices/${encodeURIComponent(row.device)}`}>{row.device}</Link> : m.common.none}
                          </Td>
                          <Td dataLabel={words.granted} className="muster-right">
                            {count(row.granted)}
                          </Td>
                          <Td dataLabel={words.denied} className="muster-right">
                            {count(row.denied)}
                          </Td>
                          <Td dataLabel={words.lastUsed}>
                            <Time at={row.last} />
                          </Td>
                        </Tr>
                      ))}
                    </Tbody>
                  </Table>
                  <Pager next={next} />
                </>
              )
            }
          </Shown>
        </Section>
      </div>
    </>
  );
}
