import { ClipboardCopy } from '@patternfly/react-core';
import { m } from '../../i18n';

/** A command line to copy. */
export function Command({ children }: { children: string }) {
  return (
    <ClipboardCopy isReadOnly isCode hoverTip={m.common.copy} clickTip={m.common.copied}>
      {children}
    </ClipboardCopy>
  );
}
