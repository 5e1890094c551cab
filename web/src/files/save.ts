/**
 * Hands an address to the browser, which keeps it in its list of downloads: one that breaks off goes on there, and nothing
 * of it is held by the page. `name` is the file's, where the server gives none.
 */
export function save(url: string, name = ''): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
