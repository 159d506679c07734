import { useEffect, useState } from 'react';

const PAUSE_MS = 500;

/** `text`, once nobody has changed it for a moment. */
export function useLater(text: string): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return later;
}
