import { Button, Flex, FlexItem } from '@patternfly/react-core';
import { useSearchParams } from 'react-router';
import { m } from '../i18n';

/** To the next page and back to the first; the cursor is in the address, so the browser's own "back" works too. */
export function Pager({ next }: { next: string | null }) {
  const [query, setQuery] = useSearchParams();
  const first = !query.has('cursor');
  if (first && !next) {
    return null;
  }
  const go = (cursor: string | null) => {
    const to = new URLSearchParams(query);
    if (cursor) {
      to.set('cursor', cursor);
    } else {
      to.delete('cursor');
    }
    setQuery(to);
  };
  return (
    <Flex justifyContent={{ default: 'justifyContentFlexEnd' }} className="muster-pager">
      <FlexItem>
        <Button variant="link" isDisabled={first} onClick={() => go(null)}>
          {m.common.firstPage}
        </Button>
        <Button variant="secondary" isDisabled={!next} onClick={() => go(next)}>
          {m.common.nextPage}
        </Button>
      </FlexItem>
    </Flex>
  );
}
