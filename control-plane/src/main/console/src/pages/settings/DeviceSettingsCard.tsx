import { Alert } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { DeviceSettings } from '../../api/commands';
import type { Remote } from '../../api/useGet';
import { m } from '../../i18n';
import { plain } from '../../parts/format';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useWho } from '../../parts/useRoles';

/** Each setting of a device: what is in force, where it was set and by whom, and whether somebody changed it there. */
export function DeviceSettingsCard({ settings }: { settings: Remote<DeviceSettings> }) {
  const who = useWho();
  return (
    <Section title={m.settings.ofDevice} flush>
      <Shown remote={settings}>
        {(shown) => (
          <>
            {shown.pending && shown.values.length > 0 && (
              <Alert isInline isPlain variant="info" title={m.settings.pending} className="muster-inset" />
            )}
            {shown.drift && (
              <Alert
                isInline
                isPlain
                variant="warning"
                className="muster-inset"
                title={
                  <>
                    {m.settings.drift(shown.drift.what, shown.drift.times)} <Time at={shown.drift.at} />)
                  </>
                }
              />
            )}
            {shown.values.length === 0 ? (
              <p className="muster-inset muster-quiet">{m.settings.noSettings}</p>
            ) : (
              <Table aria-label={m.settings.ofDevice} variant="compact">
                <Thead>
                  <Tr>
                    <Th>{m.settings.setting}</Th>
                    <Th>{m.settings.inForce}</Th>
                    <Th>{m.settings.from}</Th>
                  </Tr>
                </Thead>
                <Tbody>
                  {shown.values.map((value) => (
                    <Tr key={value.path}>
                      <Td dataLabel={m.settings.setting} className="muster-break">
                        {value.path}
                        {!value.here && <div className="muster-quiet">{m.settings.notOnPlatform}</div>}
                      </Td>
                      <Td dataLabel={m.settings.inForce} className="muster-break">
                        {value.inForce === null ? m.settings.notSet : plain(value.inForce)}
                        {plain(value.value) !== plain(value.inForce) && (
                          <div className="muster-quiet">→ {value.value === null ? m.settings.notSet : plain(value.value)}</div>
                        )}
                      </Td>
                      <Td dataLabel={m.settings.from}>
                        {m.settings.levels[value.level] ?? value.level} {value.name}
                        <div className="muster-quiet">{who(value.setBy, value.setByName)}</div>
                      </Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
            )}
          </>
        )}
      </Shown>
    </Section>
  );
}
