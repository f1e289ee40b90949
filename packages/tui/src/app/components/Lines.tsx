import { Box } from 'ink';
import type { ReactNode } from 'react';
import { asciiLine, type Line } from '../layout/line.ts';
import { paintLine } from '../theme/paint.ts';
import { useLooks } from './look-context.ts';
import { TextLine } from './TextLine.tsx';

/** Lines of one region, top to bottom; each is already as wide as the region. */
export function Lines({ lines, width }: { readonly lines: readonly Line[]; readonly width: number }): ReactNode {
  const { theme, glyphs } = useLooks();
  const shown = glyphs.name === 'ascii' ? lines.map(asciiLine) : lines;
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      {shown.map((line, index) => (
        <TextLine key={index} text={paintLine(line, theme)} />
      ))}
    </Box>
  );
}
