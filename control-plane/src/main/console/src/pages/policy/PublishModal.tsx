import { Alert, Button, Checkbox, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, NumberInput, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, path, post } from '../../api/client';
import type { TestResult } from '../../api/policy';
import { m } from '../../i18n';
import { Said } from '../../parts/Said';
import { TestList } from './Tests';

interface Published {
  version: number;
  rollout: string | null;
}

/** Publishing is a rollout: so many devices first, then the rest. */
export function PublishModal({ close }: { close: () => void }) {
  const words = m.policy.publish;
  const go = useNavigate();
  const [comment, setComment] = useState('');
  const [canary, setCanary] = useState(1);
  const [shadow, setShadow] = useState(false);
  const [force, setForce] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError>();

  const publish = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const waves = [
        ...(canary > 0 ? [{ name: 'canary', count: canary }] : []),
        { name: 'rest', percent: 100 },
      ];
      const published = await post<Published>(path(['policy', 'publish']), {
        comment,
        waves,
        ...(shadow ? { shadow } : {}),
        ...(force ? { force } : {}),
      });
      close();
      go(published.rollout ? `/rollouts/${encodeURIComponent(published.rollout)}` : '/permissions?tab=versions');
    } catch (error) {
      setFailure(error instanceof ApiError ? error : new ApiError('failed', 'failed', String(error)));
      setBusy(false);
    }
  };
  const failedTests = failure?.code === 'policy-tests-failed';

  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby="publish-title">
      <ModalHeader title={words.title} labelId="publish-title" description={words.text} />
      <ModalBody>
        {failure && (
          <Alert isInline variant="danger" title={failedTests ? words.testsFail : <Said>{failure.message}</Said>} className="muster-gap">
            {failedTests && <TestList tests={(failure.problem['failures'] as TestResult[] | undefined) ?? []} />}
          </Alert>
        )}
        <Form>
          <FormGroup label={words.comment} fieldId="publish-comment">
            <TextInput id="publish-comment" value={comment} onChange={(_, text) => setComment(text)} autoFocus />
          </FormGroup>
          <FormGroup label={words.canary} fieldId="publish-canary">
            <NumberInput
              id="publish-canary"
              inputName="canary"
              inputAriaLabel={words.canary}
              value={canary}
              min={0}
              onMinus={() => setCanary(Math.max(0, canary - 1))}
              onPlus={() => setCanary(canary + 1)}
              onChange={(event) => setCanary(Math.max(0, Math.trunc(Number(event.currentTarget.value)) || 0))}
            />
          </FormGroup>
          <Checkbox id="publish-shadow" label={words.shadow} description={words.shadowHint} isChecked={shadow} onChange={(_, on) => setShadow(on)} />
          {(failedTests || force) && (
            <Checkbox id="publish-force" label={words.force} description={words.forceHint} isChecked={force} onChange={(_, on) => setForce(on)} />
          )}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button onClick={() => void publish()} isLoading={busy} isDisabled={busy}>
          {words.go}
        </Button>
        <Button variant="link" onClick={close} isDisabled={busy}>
          {m.common.cancel}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
