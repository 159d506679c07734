import { SearchInput } from '@patternfly/react-core';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { get, path } from '../api/client';
import type { Completions } from '../api/types';
import { m } from '../i18n';

const PAUSE_MS = 150;

/** A box for a device query that offers what can come next. Enter asks; arrows choose from what is offered, Tab takes it. */
export function QueryBox({
  value,
  search,
  id,
  label = m.fleet.search,
  typed,
}: {
  value: string;
  /** Called with what is asked; without it there is no button to ask, as in a form. */
  search?: (q: string) => void;
  id?: string;
  label?: string;
  /** Called with every change. */
  typed?: (q: string) => void;
}) {
  const list = useId();
  const [text, setText] = useState(value);
  const [offered, setOffered] = useState<Completions>();
  const [chosen, setChosen] = useState(-1);
  const typing = useRef(false);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    typing.current = false;
    setText(value);
    setOffered(undefined);
  }, [value]);

  useEffect(() => {
    if (!typing.current) {
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const at = input.current?.selectionStart ?? text.length;
      get<Completions>(path(['devices', 'query', 'completions'], { q: text, at }), abort.signal)
        .then((found) => {
          if (typing.current) {
            setOffered(found);
            setChosen(-1);
          }
        })
        // Help that does not come is no error: the query can be typed without it.
        .catch(() => setOffered(undefined));
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);

  const close = () => {
    typing.current = false;
    setOffered(undefined);
    setChosen(-1);
  };
  const ask = (q: string) => {
    close();
    search?.(q.trim());
  };
  const change = (q: string) => {
    setText(q);
    typed?.(q);
  };
  const take = (index: number) => {
    const item = offered?.items[index];
    if (offered && item) {
      typing.current = true;
      setOffered(undefined);
      change(text.slice(0, offered.from) + item.text + text.slice(offered.to));
      input.current?.focus();
    }
  };
  const items = offered?.items ?? [];
  const keys = (event: KeyboardEvent) => {
    if (items.length === 0) {
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen((n) => (n + step + items.length + (n < 0 && step < 0 ? 1 : 0)) % items.length);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      // Else it would also close the form that the box is in.
      event.stopPropagation();
      close();
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen >= 0) {
      event.preventDefault();
      event.stopPropagation();
      take(chosen);
    }
  };

  return (
    <div
      className="muster-complete"
      onKeyDownCapture={keys}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) {
          close();
        }
      }}
    >
      <SearchInput
        ref={input}
        aria-label={label}
        {...(id ? { searchInputId: id } : {})}
        inputProps={{
          role: 'combobox',
          'aria-autocomplete': 'list',
          'aria-expanded': items.length > 0,
          'aria-controls': list,
          'aria-activedescendant': chosen >= 0 ? `${list}-${chosen}` : undefined,
          autoComplete: 'off',
          spellCheck: false,
        }}
        placeholder={m.fleet.searchPlaceholder}
        value={text}
        onChange={(_, now) => {
          typing.current = true;
          change(now);
        }}
        {...(search ? { onSearch: (_: unknown, now: string) => ask(now) } : {})}
        onClear={() => {
          change('');
          ask('');
        }}
        submitSearchButtonLabel={m.fleet.searchGo}
        resetButtonLabel={m.common.clear}
      />
      {items.length > 0 && (
        <ul id={list} className="muster-complete-list" role="listbox" aria-label={m.registry.query.suggestions}>
          {items.map((item, i) => (
            <li
              key={item.text}
              id={`${list}-${i}`}
              role="option"
              aria-selected={i === chosen}
              onMouseDown={(event) => {
                // Before the box loses the focus.
                event.preventDefault();
                take(i);
              }}
            >
              <span className="muster-code">{item.text}</span>
              <span className="muster-quiet">{item.detail}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
