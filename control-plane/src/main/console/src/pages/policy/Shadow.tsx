import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { path, remove } from '../../api/client';
import type { Shadow as ShadowShape } from '../../api/policy';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { count } from '../../parts/format';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { useMay } from '../../parts/useRoles';
import { short, Verdict } from '../../parts/Verdict';
import { Command } from './Command';

/** What a policy that is only watched would have answered otherwise. */
export function Shadow() {
  const words = m.policy.shadow;
  const may = useMay('security-officer');
  const [ending, setEnding] = useState(false);
  const shadow = useGet<ShadowShape>(path(['policy', 'shadow']));
  return (
    <Shown remote={shadow}>
      {({ version, devicesHolding, disagreements }) =>
        !version ? (
          <Nothing title={words.none}>
            <p>{words.noneText}</p>
            <Command>muster policy publish --shadow</Command>
          </Nothing>
        ) : (
          <Section
            title={words.running(version, devicesHolding)}
            flush
            actions={
              may && (
                <Button variant="secondary" onClick={() => setEnding(true)}>
                  {words.end}
                </Button>
              )
            }
          >
            {disagreements.length === 0 ? (
              <p className="muster-inset muster-quiet">{words.agree}</p>
            ) : (
              <Table aria-label={m.policy.tabs['shadow']} variant="compact">
                <Thead>
                  <Tr>
                    <Th>{m.permissions.permission}</Th>
                    <Th>{words.live}</Th>
                    <Th>{words.shadow}</Th>
                    <Th className="muster-right">{words.count}</Th>
                    <Th className="muster-right">{m.policy.usage.devices}</Th>
                  </Tr>
                </Thead>
                <Tbody>
                  {disagreements.map((one, i) => (
                    <Tr key={i}>
                      <Td dataLabel={m.permissions.permission}>
                        <span title={one.permission}>{short(one.permission)}</span>
                        <div className="muster-quiet">{one.bundle}</div>
                      </Td>
                      <Td dataLabel={words.live}>
                        <Verdict granted={one.live === 'granted'} />
                      </Td>
                      <Td dataLabel={words.shadow}>
                        <Verdict granted={one.shadow === 'granted'} />
                      </Td>
                      <Td dataLabel={words.count} className="muster-right">
                        {count(one.count)}
                      </Td>
                      <Td dataLabel={m.policy.usage.devices} className="muster-right">
                        {count(one.devices)}
                      </Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
            )}
            {ending && (
              <Confirm
                title={words.endTitle}
                text={words.endText}
                action={words.end}
                run={() => remove(path(['policy', 'shadow'])).then(shadow.reload)}
                close={() => setEnding(false)}
              />
            )}
          </Section>
        )
      }
    </Shown>
  );
}
