/**
 * A sentence of the server, which names things in `backticks`: those are shown as code. What stands in further lines is what the
 * server said in English, below what that means in the reader's language.
 */
export function Said({ children }: { children: string }) {
  const [first = '', ...further] = children.split('\n');
  return (
    <>
      <Words>{first}</Words>
      {further.length > 0 && (
        <span lang="en" className="muster-said-more">
          <Words>{further.join('\n')}</Words>
        </span>
      )}
    </>
  );
}

function Words({ children }: { children: string }) {
  return <>{children.split(/`([^`]*)`/).map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>;
}
