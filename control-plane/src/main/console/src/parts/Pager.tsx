import { Button, Flex, FlexItem } from '@patternfly/react-core';
import { useLocation, useSearchParams } from 'react-router';
import { m } from '../i18n';

/** Cursors of the pages before this one, kept beside the address: the server knows only the way on. */
interface Way {
  before?: string[];
}

/** To the next page, the one before and the first; the cursor is in the address, so the browser's own "back" works too. */
export function Pager({ next, name = 'cursor' }: { next: string | null; name?: string }) {
  const [query, setQuery] = useSearchParams();
  const before = (useLocation().state as Way | null)?.before ?? [];
  const here = query.get(name);
  if (here === null && !next) {
    return null;
  }
  const go = (cursor: string | undefined, way: string[]) => {
    const to = new URLSearchParams(query);
    if (cursor) {
      to.set(name, cursor);
    } else {
      to.delete(name);
    }
    setQuery(to, { state: { before: way } satisfies Way });
  };
  return (
    <Flex justifyContent={{ default: 'justifyContentFlexEnd' }} gap={{ default: 'gapSm' }} className="muster-pager">
      <FlexItem>
        <Button variant="link" isDisabled={here === null} onClick={() => go(undefined, [])}>
          {m.common.firstPage}
        </Button>
      </FlexItem>
      <FlexItem>
        <Button
          variant="secondary"
          isDisabled={here === null || before.length === 0}
          onClick={() => go(before[before.length - 1], before.slice(0, -1))}
        >
          {m.common.previousPage}
        </Button>
      </FlexItem>
      <FlexItem>
        {/* The first page has no cursor: the empty text stands for it. */}
        <Button variant="secondary" isDisabled={!next} onClick={() => go(next ?? undefined, [...before, here ?? ''])}>
          {m.common.nextPage}
        </Button>
      </FlexItem>
    </Flex>
  );
}
