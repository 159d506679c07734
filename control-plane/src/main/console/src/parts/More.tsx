import { Button } from '@patternfly/react-core';
import { m } from '../i18n';

/** Reads on in a list to choose from; nothing where all is there. */
export function More({ more }: { more: (() => void) | undefined }) {
  return more ? (
    <Button variant="link" isInline onClick={more}>
      {m.common.more}
    </Button>
  ) : null;
}
