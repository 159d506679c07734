import { Alert, Button, Card, CardBody, CardTitle, Tooltip } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { Impact, ImpactChange } from '../../api/policy';
import { m } from '../../i18n';
import { count } from '../../parts/format';
import { LevelLabel, short, Verdict } from '../../parts/Verdict';

/** What a draft would change: counts on top, then every changed decision. */
export function ImpactView({ impact, more, loading }: { impact: Impact; more: (() => void) | undefined; loading: boolean }) {
  const words = m.policy.impact;
  return (
    <>
      {Boolean(impact.unknownInventory) && (
        <Alert isInline isPlain variant="info" title={words.unknown(impact.unknownInventory ?? 0)} className="muster-gap" />
      )}
      {Boolean(impact.leftOut) && (
        <Alert isInline isPlain variant="info" title={words.leftOut(impact.leftOut ?? 0)} className="muster-gap" />
      )}
      {impact.changes.length === 0 ? (
        <p className="muster-quiet">{words.none}</p>
      ) : (
        <>
          <div className="muster-counts muster-gap" style={{ gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' }}>
            <Count title={words.devices} value={impact.changedDevices} text={words.ofAll(impact.devices, impact.profiles)} />
            <Count title={words.kills} value={impact.killedProcesses} hint={words.killsHint} bad={impact.killedProcesses > 0} />
            <Count title={words.loose} value={impact.notEnforceable} hint={words.looseHint} bad={impact.notEnforceable > 0} />
          </div>
          <Table aria-label={words.title} variant="compact">
            <Thead>
              <Tr>
                <Th>{words.permission}</Th>
                <Th>{words.change}</Th>
                <Th>{m.permissions.device}</Th>
                <Th>{words.level}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {impact.changes.map((change, i) => (
                <Change key={i} change={change} />
              ))}
            </Tbody>
          </Table>
          {more && (
            <Button variant="link" onClick={more} isLoading={loading} isDisabled={loading}>
              {words.more}
            </Button>
          )}
        </>
      )}
    </>
  );
}

function Count({ title, value, text, hint, bad = false }: { title: string; value: number; text?: string; hint?: string; bad?: boolean }) {
  const card = (
    <Card isCompact tabIndex={hint ? 0 : -1}>
      <CardTitle className="muster-quiet">{title}</CardTitle>
      <CardBody>
        <div className={'muster-number' + (bad ? ' muster-bad' : '')}>{count(value)}</div>
        {text && <div className="muster-quiet">{text}</div>}
      </CardBody>
    </Card>
  );
  return hint ? <Tooltip content={hint}>{card}</Tooltip> : card;
}

function Change({ change }: { change: ImpactChange }) {
  const words = m.policy.impact;
  const levels = Object.entries(change.byLevel ?? {});
  const worst = levels.find(([level]) => level === 'observed-only' || level === 'impossible')?.[0] ?? levels[0]?.[0];
  const same = change.before.granted === change.after.granted;
  return (
    <Tr>
      <Td dataLabel={words.permission}>
        <span title={change.permission}>{short(change.permission)}</span>
        <div className="muster-quiet muster-break">{change.bundle}</div>
      </Td>
      <Td dataLabel={words.change}>
        <span className="muster-cell">
          <Verdict granted={change.before.granted} /> → <Verdict granted={change.after.granted} level={worst ?? null} />
        </span>
        <div className="muster-quiet">
          {same ? words.differs + ': ' : ''}
          {m.permissions.reasons[change.after.reason] ?? change.after.reason}
          {change.after.condition && <code>{change.after.condition}</code>}
        </div>
      </Td>
      <Td dataLabel={m.permissions.device} className="muster-right">
        {count(change.devices)}
        {Boolean(change.kills) && <div className="muster-bad">{`${words.kills}: ${count(change.kills ?? 0)}`}</div>}
      </Td>
      <Td dataLabel={words.level}>
        {levels.map(([level, devices]) => (
          <div key={level} className="muster-cell">
            <LevelLabel level={level} /> {levels.length > 1 && count(devices)}
          </div>
        ))}
      </Td>
    </Tr>
  );
}
