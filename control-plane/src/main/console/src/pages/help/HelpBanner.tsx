import { Alert, AlertActionLink } from '@patternfly/react-core';
import { useNavigate } from 'react-router';
import { path, post } from '../../api/client';
import type { HelpSession } from '../../api/help';
import type { Page } from '../../api/types';
import type { Remote } from '../../api/useGet';
import { m } from '../../i18n';
import { Time } from '../../parts/Time';
import { useMay } from '../../parts/useRoles';

/** Says that somebody is on the device, or about to be. */
export function HelpBanner({ sessions }: { sessions: Remote<Page<HelpSession>> }) {
  const may = useMay('operator');
  const go = useNavigate();
  const open = sessions.data?.items.find((one) => one.state === 'open' || one.state === 'starting');
  if (!open) {
    return null;
  }
  const what = [m.help.kinds[open.kind] ?? open.kind, open.subject].filter(Boolean).join(' ');
  const who = open.askedByName ?? open.askedBy;
  return (
    <Alert
      isInline
      variant="warning"
      className="muster-gap"
      title={open.state === 'open' ? m.help.open(what, who) : m.help.calling(what, who)}
      actionLinks={
        may && (
          <>
            <AlertActionLink onClick={() => go(`/help/${open.id}`)}>{m.help.show}</AlertActionLink>
            <AlertActionLink onClick={() => void post(path(['help-sessions', open.id, 'end'])).then(sessions.reload)}>{m.help.end}</AlertActionLink>
          </>
        )
      }
    >
      {open.reason} · {m.help.until.toLowerCase()} <Time at={open.until} />
    </Alert>
  );
}
