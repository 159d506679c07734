import { DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState, type ReactNode } from 'react';
import type { AuditEntry } from '../../api/audit';
import { m } from '../../i18n';
import { count, full, plain } from '../../parts/format';
import { Time } from '../../parts/Time';
import { useWho } from '../../parts/useRoles';

/** Rows of the trail; each opens to what else is known of it. */
export function Entries({ entries }: { entries: AuditEntry[] }) {
  const who = useWho();
  const [open, setOpen] = useState<string>();
  const { at, actor, verb, object, outcome } = m.audit.columns;
  return (
    <Table aria-label={m.audit.title} variant="compact" className="muster-fixed">
      <Thead>
        <Tr>
          <Th screenReaderText={m.audit.details} />
          <Th width={15}>{at}</Th>
          <Th width={20}>{actor}</Th>
          <Th width={20}>{verb}</Th>
          <Th width={30}>{object}</Th>
          <Th width={10}>{outcome}</Th>
        </Tr>
      </Thead>
      {entries.map((entry, rowIndex) => {
        const key = String(entry.id);
        const isExpanded = open === key;
        return (
          <Tbody key={key} isExpanded={isExpanded}>
            <Tr isContentExpanded={isExpanded}>
              <Td expand={{ rowIndex, isExpanded, onToggle: () => setOpen(isExpanded ? undefined : key) }} />
              <Td dataLabel={at} modifier="nowrap">
                <Time at={entry.at} />
              </Td>
              <Td dataLabel={actor} className="muster-break">
                <span title={plain(entry.actor)}>{who(entry.actor, entry.actorName)}</span>
              </Td>
              <Td dataLabel={verb} className="muster-break">
                {entry.verb}
              </Td>
              <Td dataLabel={object} className="muster-break">
                {entry.object}
              </Td>
              <Td dataLabel={outcome}>
                <Outcome of={entry.outcome} />
              </Td>
            </Tr>
            {isExpanded && (
              <Tr isExpanded>
                <Td />
                <Td colSpan={5}>
                  <ExpandableRowContent>
                    <Details entry={entry} />
                  </ExpandableRowContent>
                </Td>
              </Tr>
            )}
          </Tbody>
        );
      })}
    </Table>
  );
}

function Outcome({ of }: { of: string }) {
  const word = m.audit.outcomes[of] ?? of;
  return of === 'done' ? word : <strong className="muster-bad">{word}</strong>;
}

function Details({ entry }: { entry: AuditEntry }) {
  const members = entry.detail !== null && typeof entry.detail === 'object' ? Object.entries(entry.detail) : [];
  return (
    <DescriptionList isCompact isHorizontal>
      {members.map(([name, value]) => (
        <Member key={name} name={name}>
          {plain(value)}
        </Member>
      ))}
      <Member name={m.audit.identity}>{plain(entry.actor)}</Member>
      <Member name={m.audit.columns.at}>{full(entry.at)}</Member>
      <Member name={m.audit.row}>{String(entry.id)}</Member>
      <Member name={m.audit.seal}>{entry.position === null ? m.audit.notSealed : m.audit.sealedAs(count(entry.position))}</Member>
    </DescriptionList>
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
