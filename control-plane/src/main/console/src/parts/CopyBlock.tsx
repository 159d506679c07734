import { Button, CodeBlock, CodeBlockAction, CodeBlockCode } from '@patternfly/react-core';
import { CheckIcon } from '@patternfly/react-icons/dist/esm/icons/check-icon';
import { CopyIcon } from '@patternfly/react-icons/dist/esm/icons/copy-icon';
import { useRef, useState } from 'react';
import { m } from '../i18n';

/** A text that is long or shown once, whole, with a button that copies it. */
export function CopyBlock({ label, children }: { label: string; children: string }) {
  const text = useRef<HTMLDivElement>(null);
  const [copied, setCopied] = useState(false);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(children);
      setCopied(true);
    } catch {
      // Not every browser lets a page write there; then it is ready for Ctrl-C.
      if (text.current) {
        window.getSelection()?.selectAllChildren(text.current);
      }
    }
  };
  return (
    <CodeBlock
      actions={
        <CodeBlockAction>
          <Button variant="link" icon={copied ? <CheckIcon /> : <CopyIcon />} onClick={() => void copy()}>
            <span aria-live="polite">{copied ? m.common.copied : m.common.copy}</span>
          </Button>
        </CodeBlockAction>
      }
    >
      <div ref={text} role="group" aria-label={label}>
        <CodeBlockCode className="muster-copy">{children}</CodeBlockCode>
      </div>
    </CodeBlock>
  );
}
