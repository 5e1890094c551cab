/** Puts text on the clipboard, also where the browser has none for the page: it came without TLS, or may not write there. `within`: of a dialog, nothing outside of which can be selected. */
export async function copyText(text: string, within: Element = document.body): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    within.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}
