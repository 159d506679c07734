import { SearchInput } from '@patternfly/react-core';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { get, path } from '../api/client';
import { pageOf, type FoundItem } from '../api/overview';
import { m } from '../i18n';

const PAUSE_MS = 200;

/** Finds anything by its name. `/` comes here from anywhere; arrows choose, Enter goes there. */
export function GlobalSearch() {
  const list = useId();
  const go = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [found, setFound] = useState<FoundItem[]>();
  const [failed, setFailed] = useState(false);
  const [chosen, setChosen] = useState(0);
  const asked = text.trim();

  useEffect(() => {
    const keys = (event: globalThis.KeyboardEvent) => {
      const at = event.target instanceof HTMLElement ? event.target : undefined;
      const typing = at !== undefined && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
      // A dialog keeps the keyboard to itself.
      if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && document.querySelector('[role="dialog"]') === null) {
        event.preventDefault();
        input.current?.focus();
        input.current?.select();
      }
    };
    document.addEventListener('keydown', keys);
    return () => document.removeEventListener('keydown', keys);
  }, []);

  useEffect(() => {
    if (asked === '') {
      setFound(undefined);
      setFailed(false);
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      get<{ items: FoundItem[] }>(path(['search'], { q: asked }), abort.signal)
        .then(({ items }) => {
          setFound(items);
          setFailed(false);
          setChosen(0);
        })
        .catch(() => {
          if (!abort.signal.aborted) {
            setFound([]);
            setFailed(true);
          }
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [asked]);

  const items = found ?? [];
  const close = () => {
    setText('');
    setFound(undefined);
  };
  const open = (item: FoundItem | undefined) => {
    if (item) {
      close();
      input.current?.blur();
      void go(pageOf(item));
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen((n) => (items.length === 0 ? 0 : (n + step + items.length) % items.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      open(items[chosen]);
    } else if (event.key === 'Escape') {
      close();
      input.current?.blur();
    }
  };

  return (
    <div
      className="muster-complete muster-global"
      role="search"
      onKeyDownCapture={keys}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) {
          setFound(undefined);
        }
      }}
    >
      <SearchInput
        ref={input}
        aria-label={m.search.label}
        inputProps={{
          role: 'combobox',
          'aria-autocomplete': 'list',
          'aria-expanded': items.length > 0,
          'aria-controls': list,
          'aria-activedescendant': items.length > 0 ? `${list}-${chosen}` : undefined,
          autoComplete: 'off',
          spellCheck: false,
        }}
        placeholder={m.search.placeholder}
        value={text}
        onChange={(_, now) => setText(now)}
        onClear={close}
        resetButtonLabel={m.common.clear}
      />
      {found !== undefined &&
        (items.length > 0 ? (
          <ul id={list} className="muster-complete-list muster-global-list" role="listbox" aria-label={m.search.results}>
            {items.map((item, i) => (
              <li
                key={item.kind + '/' + item.id}
                id={`${list}-${i}`}
                role="option"
                aria-selected={i === chosen}
                ref={(row) => {
                  if (i === chosen) {
                    row?.scrollIntoView({ block: 'nearest' });
                  }
                }}
                onMouseDown={(event) => {
                  // Before the box loses the focus.
                  event.preventDefault();
                  open(item);
                }}
              >
                <span className="muster-break">
                  {item.name}
                  {item.detail && <span className="muster-quiet"> {item.detail}</span>}
                </span>
                <span className="muster-quiet muster-nowrap">{m.search.kinds[item.kind] ?? item.kind}</span>
              </li>
            ))}
          </ul>
        ) : (
          <p className="muster-complete-list muster-global-list muster-inset" role="status">
            {failed ? m.search.failed : m.search.none}
          </p>
        ))}
    </div>
  );
}
