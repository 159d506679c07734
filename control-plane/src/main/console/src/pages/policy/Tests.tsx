import { Label } from '@patternfly/react-core';
import type { TestResult } from '../../api/policy';
import { m } from '../../i18n';
import { Said } from '../../parts/Said';
import { short } from '../../parts/Verdict';

/** What the tests of a policy said; failures first. */
export function TestList({ tests }: { tests: TestResult[] }) {
  const words = m.policy.editor;
  if (tests.length === 0) {
    return <p className="muster-quiet">{words.noTests}</p>;
  }
  const sorted = [...tests].sort((a, b) => Number(a.passed) - Number(b.passed) || a.name.localeCompare(b.name));
  return (
    <ul className="muster-split muster-reasons">
      {sorted.map((test) => (
        <li key={test.name}>
          <span>
            {test.name}
            {test.failures.map((failure, i) => (
              <div key={i} className="muster-quiet muster-break">
                <code title={failure.permission}>{short(failure.permission)}</code> {words.expected(failure.expected, failure.found)}
                {failure.detail && (
                  <>
                    {': '}
                    <Said>{failure.detail}</Said>
                  </>
                )}
              </div>
            ))}
          </span>
          <Label isCompact color={test.passed ? 'green' : 'red'}>
            {test.passed ? words.testPassed : words.testFailed}
          </Label>
        </li>
      ))}
    </ul>
  );
}
