import { Text } from 'ink';
import { memo, type ReactNode } from 'react';

/** One painted line. Drawn anew only when its text differs. */
export const TextLine = memo(function TextLine({ text }: { readonly text: string }): ReactNode {
  return <Text wrap="truncate-end">{text}</Text>;
});
