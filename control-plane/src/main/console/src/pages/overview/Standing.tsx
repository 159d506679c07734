import { Flex, FlexItem, Tooltip } from '@patternfly/react-core';
import { Link } from 'react-router';
import type { Overview } from '../../api/overview';
import { locale, m } from '../../i18n';
import { count } from '../../parts/format';
import { Section } from '../../parts/Section';

const words = m.overview;
const STATES = ['inStep', 'behind', 'differs', 'away', 'unasked'] as const;
const SHARE = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });

/** The one idea: what each device must be, and whether it is. */
export function Standing({ devices }: { devices: Overview['devices'] }) {
  const { document } = devices;
  const active = STATES.reduce((sum, state) => sum + (document[state] ?? 0), 0);
  const retired = devices.byStatus['retired'] ?? 0;
  return (
    <Section title={words.document.title} hint={words.document.hint}>
      <Flex gap={{ default: 'gap2xl' }} alignItems={{ default: 'alignItemsFlexStart' }}>
        <FlexItem>
          <div className="muster-number">
            <Link to="/devices">{count(devices.devices)}</Link>
          </div>
          <div>{m.overview.devices}</div>
          <div className="muster-quiet">
            {devices.devices > 0 && words.online(devices.online, SHARE.format(devices.online / devices.devices))}
          </div>
          {retired > 0 && <div className="muster-quiet">{words.retired(retired)}</div>}
        </FlexItem>
        <FlexItem grow={{ default: 'grow' }} className="muster-standing">
          {active === 0 ? (
            <p className="muster-quiet">{words.document.none}</p>
          ) : (
            <>
              <div className="muster-bar muster-bar-large" role="img" aria-label={words.document.label}>
                {STATES.map((state) => {
                  const n = document[state] ?? 0;
                  return n > 0 && <span key={state} className={'muster-doc-' + state} style={{ inlineSize: `${(100 * n) / active}%` }} />;
                })}
              </div>
              <dl className="muster-legend">
                {STATES.map((state) => (
                  <div key={state}>
                    <dt>
                      <span className={'muster-key muster-doc-' + state} aria-hidden="true" />{' '}
                      <Tooltip content={words.document.hints[state]}>
                        <Link to={`/devices?q=${encodeURIComponent('document==' + state)}`}>{words.document.states[state]}</Link>
                      </Tooltip>
                    </dt>
                    <dd>{count(document[state] ?? 0)}</dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </FlexItem>
      </Flex>
    </Section>
  );
}
