/** What the passkey script wrote into its field; anything else is a wrong answer. */
export function passkeyResponse(text: string | undefined): Record<string, unknown> {
  try {
    const response: unknown = JSON.parse(text ?? '');
    if (typeof response === 'object' && response !== null) return response as Record<string, unknown>;
  } catch {
    // Not from our script.
  }
  return {};
}
