/** A sentence of the server, which names things in `backticks`: those are shown as code. */
export function Said({ children }: { children: string }) {
  return (
    <>
      {children.split(/`([^`]*)`/).map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}
    </>
  );
}
