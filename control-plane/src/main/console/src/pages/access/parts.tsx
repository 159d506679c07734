import { Label } from '@patternfly/react-core';
import { BanIcon } from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { m } from '../../i18n';

const words = m.access;

/** Whether a binding gives or takes: a word, an icon and a colour, and a deny is filled. */
export function Effect({ deny }: { deny: boolean }) {
  return deny ? (
    <Label isCompact color="red" icon={<BanIcon />}>
      {words.deny}
    </Label>
  ) : (
    <Label isCompact variant="outline" color="green" icon={<CheckCircleIcon />}>
      {words.allow}
    </Label>
  );
}

/** The devices that a query selects; none at all selects every one. */
export function On({ selector, all = words.everyDevice }: { selector: string; all?: string }) {
  return selector === '' ? <>{all}</> : <code className="muster-break">{selector}</code>;
}
