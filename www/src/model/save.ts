/** Offers a text as a file to save, byte for byte as it is. */
export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has the blob by then; some need a moment.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
