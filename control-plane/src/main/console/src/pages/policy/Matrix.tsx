import { Alert, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link } from 'react-router';
import { path } from '../../api/client';
import type { Cell, Matrix as MatrixShape } from '../../api/policy';
import type { Remote } from '../../api/useGet';
import { m } from '../../i18n';
import { full } from '../../parts/format';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { isLoose, LevelLabel, short, Verdict } from '../../parts/Verdict';

type Filter = 'all' | 'denied' | 'drifted' | 'loose';

const FITS: Record<Filter, (cell: Cell) => boolean> = {
  all: () => true,
  denied: (cell) => !cell.granted,
  drifted: (cell) => Boolean(cell.drift),
  loose: (cell) => !cell.granted && isLoose(cell.level),
};

/** Every app and every permission it requests on one device: the answer, why, and how far it binds. */
export function Matrix({ device, matrix }: { device: string; matrix: Remote<MatrixShape> }) {
  const [filter, setFilter] = useState<Filter>('all');
  const held = matrix.data?.policyVersion;
  const wanted = matrix.data?.wantedVersion;
  const words = m.policy.matrix;
  return (
    <Section
      title={words.title}
      flush
      hint={matrix.data && (held ? (wanted && wanted !== held ? words.versions(held, wanted) : words.held(held)) : words.none)}
      actions={
        <FormSelect aria-label={words.filter} value={filter} onChange={(_, value) => setFilter(value as Filter)}>
          {Object.entries(words.filters).map(([key, text]) => (
            <FormSelectOption key={key} value={key} label={text} />
          ))}
        </FormSelect>
      }
    >
      <Shown remote={matrix} lines={6}>
        {({ apps, lease, situation, note }) => {
          const shown = apps
            .map((app) => ({ ...app, permissions: app.permissions.filter(FITS[filter]) }))
            .filter((app) => app.permissions.length > 0);
          const leaseWords = lease ? words.lease[lease] : undefined;
          return (
            <>
              {leaseWords && <Alert isInline variant="warning" title={leaseWords} className="muster-gap" />}
              {note && <Alert isInline variant="info" title={note} className="muster-gap" />}
              {situation && (
                <p className="muster-quiet">
                  {m.policy.explain.situation}: {m.policy.explain.told(situation.facts, full(situation.at))}
                </p>
              )}
              {shown.length === 0 ? (
                <p className="muster-inset muster-quiet">{apps.length === 0 ? words.empty : words.nothing}</p>
              ) : (
                <Table aria-label={words.title} variant="compact">
                  <Thead>
                    <Tr>
                      <Th>{words.permission}</Th>
                      <Th>{words.verdict}</Th>
                      <Th width={40}>{words.why}</Th>
                      <Th>{words.level}</Th>
                      <Th>{words.lastUsed}</Th>
                    </Tr>
                  </Thead>
                  {shown.map((app) => (
                    <Tbody key={`${app.bundle}@${app.user}#${app.instance}`}>
                      <Tr isBorderRow>
                        <Th scope="rowgroup" colSpan={5}>
                          {app.bundle} <span className="muster-quiet">{words.instance(app.user, app.instance)}</span>
                        </Th>
                      </Tr>
                      {app.permissions.map((cell) => (
                        <Row key={cell.permission} device={device} bundle={app.bundle} user={app.user} cell={cell} />
                      ))}
                    </Tbody>
                  ))}
                </Table>
              )}
            </>
          );
        }}
      </Shown>
    </Section>
  );
}

function Row({ device, bundle, user, cell }: { device: string; bundle: string; user: number; cell: Cell }) {
  const words = m.policy.matrix;
  return (
    <Tr>
      <Td dataLabel={words.permission}>
        <Link to={path(['permissions'], { tab: 'explain', device, bundle, permission: cell.permission, user })} title={cell.permission}>
          {short(cell.permission)}
        </Link>
      </Td>
      <Td dataLabel={words.verdict}>
        <span className="muster-cell">
          <Verdict granted={cell.granted} level={cell.level} />
          {cell.conditional && <span className="muster-quiet">{words.conditional}</span>}
        </span>
      </Td>
      <Td dataLabel={words.why}>
        {m.permissions.reasons[cell.reason] ?? cell.reason}
        <div className="muster-quiet muster-break">
          <Said>{cell.detail}</Said>
        </div>
        {cell.drift && (
          <div className="muster-bad">
            {words.drift(cell.drift.actual, cell.drift.repeats)}
            {cell.drift.backingOff && <span className="muster-quiet"> {words.backingOff}</span>}
          </div>
        )}
      </Td>
      <Td dataLabel={words.level}>
        <LevelLabel level={cell.level} text={cell.levelText ?? null} />
      </Td>
      <Td dataLabel={words.lastUsed}>{cell.lastUsed ? <Time at={cell.lastUsed} /> : m.common.none}</Td>
    </Tr>
  );
}
