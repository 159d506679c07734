import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link } from 'react-router';
import { kindOf, type CommandOnDevice } from '../../api/commands';
import type { Page } from '../../api/types';
import type { Remote } from '../../api/useGet';
import { m } from '../../i18n';
import { StateLabel } from '../../parts/Labels';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay } from '../../parts/useRoles';
import { Answer } from './Answer';
import { RunCommand } from './RunCommand';

/** What a device was asked, and a way to ask more. */
export function DeviceCommands({
  device,
  commands,
  done,
}: {
  device: string;
  commands: Remote<Page<CommandOnDevice>>;
  done: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const may = useMay('operator');
  return (
    <Section
      title={m.commands.history}
      flush
      actions={
        may && (
          <Button variant="secondary" size="sm" onClick={() => setAsking(true)}>
            {m.commands.run}
          </Button>
        )
      }
    >
      <Shown remote={commands}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muster-inset muster-quiet">{m.commands.none}</p>
          ) : (
            <Table aria-label={m.commands.history} variant="compact">
              <Thead>
                <Tr>
                  <Th>{m.commands.columns.command}</Th>
                  <Th>{m.commands.columns.state}</Th>
                  <Th width={50}>{m.commands.columns.answer}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {items.map((row) => (
                  <Tr key={row.command}>
                    <Td dataLabel={m.commands.columns.command}>
                      <Link to={`/commands/${row.command}`}>{kindOf(row)}</Link>
                      <div className="muster-quiet">
                        <Time at={row.since} />
                      </div>
                    </Td>
                    <Td dataLabel={m.commands.columns.state}>
                      <StateLabel state={row.state} words={m.commands.deviceStates} />
                    </Td>
                    <Td dataLabel={m.commands.columns.answer} className="muster-break">
                      <Answer row={row} />
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          )
        }
      </Shown>
      {asking && <RunCommand device={device} done={done} close={() => setAsking(false)} />}
    </Section>
  );
}
