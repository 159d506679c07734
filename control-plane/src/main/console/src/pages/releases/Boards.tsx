import { Label, Title } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Fragment } from 'react';
import { Link } from 'react-router';
import type { ReleaseTarget } from '../../api/artifacts';
import { m } from '../../i18n';
import { boards, forBoard } from './targets';

const words = m.releases;

/** What each board gets of a release, what is removed included. */
export function Boards({ targets, absent }: { targets: ReleaseTarget[]; absent: string[] }) {
  const names = boards(targets);
  const shown = names.length === 0 ? ['*'] : names;
  return (
    <>
      {shown.map((board) => (
        <Fragment key={board}>
          <Title headingLevel="h3" size="md" className="muster-inset">
            {title(board, shown)}
          </Title>
          <Table aria-label={title(board, shown)} variant="compact">
            <Thead>
              <Tr>
                <Th>{words.detail.targetColumns.target}</Th>
                <Th modifier="nowrap">{words.detail.targetColumns.version}</Th>
                <Th modifier="nowrap">{words.detail.targetColumns.sha256}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {forBoard(targets, board).map((target) => (
                <Tr key={target.name}>
                  <Td dataLabel={words.detail.targetColumns.target} className="muster-break">
                    {target.name}
                  </Td>
                  <Td dataLabel={words.detail.targetColumns.version}>{target.version}</Td>
                  <Td dataLabel={words.detail.targetColumns.sha256} modifier="nowrap">
                    <Link to={`/artifacts/${target.sha256}`} className="muster-id">
                      {target.sha256.slice(0, 12)}
                    </Link>
                  </Td>
                </Tr>
              ))}
              {absent.map((name) => (
                <Tr key={name}>
                  <Td dataLabel={words.detail.targetColumns.target} className="muster-break">
                    {name}
                  </Td>
                  <Td colSpan={2}>
                    <Label isCompact color="orange">
                      {words.detail.removes}
                    </Label>
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </Fragment>
      ))}
    </>
  );
}

function title(board: string, all: string[]): string {
  if (board !== '*') {
    return words.detail.forHardware(board);
  }
  return all.length === 1 ? words.detail.forAny : words.detail.forHardware(words.form.otherBoards);
}
