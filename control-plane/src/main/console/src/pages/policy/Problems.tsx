import { Alert, Label } from '@patternfly/react-core';
import type { PlacedError, Validation } from '../../api/policy';
import { m } from '../../i18n';
import { Said } from '../../parts/Said';
import { isHere } from './EditorPage';

/** Every mistake and warning with its place. */
export function Problems({ validation, failure }: { validation: Validation | undefined; failure: string | undefined }) {
  const words = m.policy.editor;
  if (failure) {
    return <Alert isInline variant="danger" title={<Said>{failure}</Said>} />;
  }
  if (!validation) {
    return <p className="muster-quiet">{words.checking}</p>;
  }
  if (validation.errors.length + validation.warnings.length === 0) {
    return <p className="muster-quiet">{words.fine}</p>;
  }
  return (
    <ul className="muster-split muster-reasons" aria-live="polite">
      {validation.errors.map((error, i) => (
        <Problem key={'e' + i} problem={error} severity="error" />
      ))}
      {validation.warnings.map((warning, i) => (
        <Problem key={'w' + i} problem={warning} severity="warning" />
      ))}
    </ul>
  );
}

function Problem({ problem, severity }: { problem: PlacedError; severity: 'error' | 'warning' }) {
  const words = m.policy.editor;
  return (
    <li>
      <span>
        <Said>{problem.message}</Said>
        <div className="muster-quiet">
          {words.place(problem.line, problem.column)}
          {!isHere(problem.source) && ' ' + words.elsewhere(problem.source ?? '')}
          {problem.rule && ' · ' + problem.rule}
        </div>
      </span>
      <Label isCompact color={severity === 'error' ? 'red' : 'orange'}>
        {severity === 'error' ? words.error : words.warning}
      </Label>
    </li>
  );
}
