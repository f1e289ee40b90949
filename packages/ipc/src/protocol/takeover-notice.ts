/** The `error_message` for a client whose durable consumer goes on elsewhere: by it the client knows which one. */
export function takeoverNotice(name: string, stream: string): string {
  return `The consumer ${name} of ${stream} was taken over.`;
}
