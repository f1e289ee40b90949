import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Line } from '../layout/line.ts';
import { paintLine } from '../theme/paint.ts';
import { useLooks } from './look-context.ts';
import { TextLine } from './TextLine.tsx';

/** Lines of one region, top to bottom; each is already as wide as the region. */
export function Lines({ lines, width }: { readonly lines: readonly Line[]; readonly width: number }): ReactNode {
  const { theme } = useLooks();
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      {lines.map((line, index) => (
        <TextLine key={index} text={paintLine(line, theme)} />
      ))}
    </Box>
  );
}
