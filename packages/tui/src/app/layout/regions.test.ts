import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutRegions, type Region, type RegionRequest } from './regions.ts';

const request: RegionRequest = {
  isDocked: false,
  isZoomed: false,
  isPreviewShown: true,
  sheetRows: 0,
  toastRows: 0,
  hasFilter: false,
};

const area = (region: Region | null): number => (region === null ? 0 : region.columns * region.rows);

describe('regions', () => {
  it('cover the screen once, at every size and with everything open', () => {
    const any = fc.record({
      isDocked: fc.boolean(),
      isZoomed: fc.boolean(),
      isPreviewShown: fc.boolean(),
      sheetRows: fc.nat(60),
      toastRows: fc.nat(3),
      hasFilter: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 100 }), any, (columns, rows, asked) => {
        const { header, list, peek, preview, details, sheet, footer } = layoutRegions({ columns, rows }, asked);
        const all = [list, peek, preview, details, sheet, footer];
        for (const region of [...all, header]) {
          expect(region === null || (region.rows >= 0 && region.row >= 0 && region.row + region.rows <= rows)).toBe(
            true,
          );
        }
        const body = all.reduce((sum, region) => sum + area(region), 0);
        expect(area(header) + body).toBe(columns * rows);
      }),
    );
  });

  it.each([
    [109, [109, 0, 0]],
    [110, [55, 55, 0]],
    [179, [89, 90, 0]],
    [180, [83, 61, 36]],
    [200, [92, 68, 40]],
  ])('split %i columns', (columns, widths) => {
    const { list, preview, details } = layoutRegions({ columns, rows: 40 }, request);
    expect([list.columns, preview?.columns ?? 0, details?.columns ?? 0]).toEqual(widths);
  });

  it('have a peek of a rule and six lines below a narrow list, not under 20 rows', () => {
    expect(layoutRegions({ columns: 80, rows: 24 }, request).peek).toEqual({
      column: 0,
      row: 16,
      columns: 80,
      rows: 7,
    });
    expect(layoutRegions({ columns: 80, rows: 19 }, request).peek).toBeNull();
  });

  it('give a sheet at most 60 % of the height, below 16 rows all of it', () => {
    expect(layoutRegions({ columns: 80, rows: 30 }, { ...request, sheetRows: 50 }).sheet?.rows).toBe(18);
    expect(layoutRegions({ columns: 80, rows: 15 }, { ...request, sheetRows: 8 }).sheet?.rows).toBe(15);
    expect(layoutRegions({ columns: 80, rows: 30 }, { ...request, sheetRows: 11 }).sheet?.rows).toBe(11);
  });

  it.each([
    [39, 24, false, 'tiny'],
    [80, 9, false, 'tiny'],
    [44, 24, false, 'phone'],
    [40, 24, true, 'dock'],
    [45, 24, false, 'wide'],
  ])('choose the form of the list at %i×%i', (columns, rows, isDocked, mode) => {
    expect(layoutRegions({ columns, rows }, { ...request, isDocked }).mode).toBe(mode);
  });

  it('zoom the preview over the list', () => {
    const { list, preview } = layoutRegions({ columns: 80, rows: 24 }, { ...request, isZoomed: true });
    expect(list.columns).toBe(0);
    expect(preview).toEqual({ column: 0, row: 1, columns: 80, rows: 22 });
  });
});
