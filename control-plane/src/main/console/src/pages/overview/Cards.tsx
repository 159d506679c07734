import { Label } from '@patternfly/react-core';
import { Link } from 'react-router';
import type { Overview, Waiting } from '../../api/overview';
import { m } from '../../i18n';
import { count } from '../../parts/format';
import { StateLabel } from '../../parts/Labels';
import { RolloutBar, type Tally } from '../../parts/RolloutBar';
import { Section } from '../../parts/Section';
import { Time } from '../../parts/Time';
import { useMay } from '../../parts/useRoles';
import { SeverityLabel } from '../alerts/parts';

const words = m.overview;

/** What cannot go on without a person, each with the page where that person can act. */
export function WaitingCard({ waiting }: { waiting: Waiting[] }) {
  return (
    <Section title={words.waiting}>
      {waiting.length === 0 ? (
        <p className="muster-quiet">{words.nothingWaits}</p>
      ) : (
        <ul className="muster-rows">
          {waiting.map((item) => (
            <li key={item.kind}>
              <Link to={whereToAct(item)}>{words.kinds[item.kind]?.(item.count) ?? item.kind}</Link>
              <div className="muster-quiet muster-break">
                {item.what}
                {item.since && (
                  <>
                    {' · '}
                    {words.since} <Time at={item.since} />
                  </>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function whereToAct({ kind, id }: Waiting): string {
  switch (kind) {
    case 'wave':
    case 'freeze-override':
      return `/rollouts/${encodeURIComponent(id)}`;
    case 'enrolment':
      return '/enrolment?tab=waiting';
    case 'permission':
      return '/permissions?tab=requests';
    case 'signature':
      return '/trust';
    default:
      return '/four-eyes';
  }
}

export function RolloutsCard({ rollouts, inFlight }: { rollouts: Overview['rollouts']; inFlight: number }) {
  const may = useMay('release-manager');
  return (
    <Section
      title={words.rollouts}
      {...(inFlight > 0
        ? { actions: <Link to="/rollouts">{words.allRollouts(inFlight)}</Link> }
        : may
          ? { actions: <Link to="/rollouts/new">{words.startOne}</Link> }
          : {})}
    >
      {rollouts.length === 0 ? (
        <p className="muster-quiet">{words.noRollouts}</p>
      ) : (
        <ul className="muster-rows">
          {rollouts.map((rollout) => (
            <li key={rollout.id}>
              <div className="muster-row-head">
                <Link to={`/rollouts/${encodeURIComponent(rollout.id)}`} className="muster-break">
                  {rollout.name}
                </Link>
                <StateLabel state={rollout.state} words={m.rollouts.states} />
              </div>
              <RolloutBar tally={tally(rollout)} label={rollout.name} />
              {rollout.reason && <div className="muster-quiet muster-break">{rollout.reason}</div>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const tally = (rollout: Overview['rollouts'][number]): Tally => ({
  size: rollout.devices,
  succeeded: rollout.succeeded,
  failed: rollout.failed,
  waiting: 0,
  unreached: 0,
  blocked: 0,
  accepted: 0,
  started: 0,
});

const SEVERITIES = ['critical', 'warning', 'info'];

export function AlertsCard({ firing, alerts }: { firing: Overview['firing']; alerts: Overview['alerts'] }) {
  return (
    <Section title={words.alerts} actions={<Link to="/alerts">{words.allAlerts}</Link>}>
      {alerts.length === 0 ? (
        <p className="muster-quiet">{words.noAlerts}</p>
      ) : (
        <>
          <p className="muster-quiet muster-gap">
            {SEVERITIES.filter((severity) => (firing[severity] ?? 0) > 0)
              .map((severity) => words.firing(firing[severity] ?? 0, m.alerts.severities[severity] ?? severity))
              .join(' · ')}
          </p>
          <ul className="muster-rows">
            {alerts.map((alert) => (
              <li key={alert.rule + '/' + alert.site}>
                <div className="muster-row-head">
                  <span className="muster-break">
                    <SeverityLabel severity={alert.severity} />{' '}
                    <Link to={`/alerts?rule=${encodeURIComponent(alert.rule)}`}>{alert.rule}</Link> {alert.site && words.at(alert.site)}
                  </span>
                  <span className="muster-quiet muster-nowrap">
                    {alert.alerts > 1 && `${count(alert.alerts)} × · `}
                    <Time at={alert.since} />
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

const COMPLIANCE = [
  ['compliant', 'green'],
  ['pending', 'blue'],
  ['drifted', 'red'],
  ['not-enforceable', 'orange'],
  ['stale', 'grey'],
] as const;

export function PermissionsCard({ compliance }: { compliance: Record<string, number> }) {
  return (
    <Section title={words.permissions} hint={words.permissionsHint}>
      <ul className="muster-bars">
        {COMPLIANCE.map(([state, color]) => (
          <li key={state}>
            <Label isCompact color={color} title={m.policy.compliance.hints[state === 'not-enforceable' ? 'notEnforceable' : state] ?? ''}>
              {m.policy.compliance.states[state]}
            </Label>
            <span className="muster-grow" />
            <span className="muster-bars-count">
              <Link to={`/permissions?tab=compliance&state=${state}`} aria-label={`${m.policy.compliance.states[state]}: ${compliance[state] ?? 0}`}>
                {count(compliance[state] ?? 0)}
              </Link>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
