import { Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
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
        <Table key={board} aria-label={title(board, shown)} variant="compact" className="muster-gap">
          <caption>
            <strong>{title(board, shown)}</strong>
          </caption>
          <Thead>
            <Tr>
              <Th width={50}>{words.detail.targetColumns.target}</Th>
              <Th>{words.detail.targetColumns.version}</Th>
              <Th>{words.detail.targetColumns.sha256}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {forBoard(targets, board).map((target) => (
              <Tr key={target.name}>
                <Td dataLabel={words.detail.targetColumns.target} className="muster-break">
                  {target.name}
                </Td>
                <Td dataLabel={words.detail.targetColumns.version}>{target.version}</Td>
                <Td dataLabel={words.detail.targetColumns.sha256}>
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
