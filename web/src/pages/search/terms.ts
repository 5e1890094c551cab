/** The parts of a question: words, filters, and what quotes hold together. */
export function termsOf(question: string): string[] {
  return question.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
}
