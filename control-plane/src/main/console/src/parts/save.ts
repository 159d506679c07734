import { request } from '../api/client';

/** Saves bytes as a file. They are never opened as a page. */
export function save(name: string, bytes: Blob): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Fetches what is at `path` of the API and saves it as a file. */
export async function download(path: string, name: string): Promise<void> {
  save(name, await (await request(path, { headers: { Accept: '*/*' } })).blob());
}
