import { describe, expect, it } from 'vitest';
import { DaemonMetrics } from './daemon-metrics.ts';
import { LabelledCounter, MetricsRegistry } from './registry.ts';

describe('MetricsRegistry', () => {
  it('tells each kind as OpenMetrics has it', () => {
    const registry = new MetricsRegistry();
    registry.counter('a_bytes', 'Size of "all"\nthat came.', 'bytes').add(3);
    const reasons = new LabelledCounter('reason');
    reasons.add('slow');
    reasons.add('slow', 2);
    reasons.add('odd "\n');
    registry.counters('b', 'B.', () => reasons.read());
    registry.gauges('c', 'C.', () => [[{}, 1.5]]);
    const latency = registry.histogram('d_seconds', 'D.', { bounds: [0.5, 1, 2.5], unit: 'seconds' });
    for (const value of [0.25, 0.5, 1.5, 100]) latency.observe(value);
    expect(registry.render().split('\n')).toEqual([
      '# TYPE a_bytes counter',
      '# UNIT a_bytes bytes',
      String.raw`# HELP a_bytes Size of \"all\"\nthat came.`,
      'a_bytes_total 3',
      '# TYPE b counter',
      '# HELP b B.',
      'b_total{reason="slow"} 3',
      String.raw`b_total{reason="odd \"\n"} 1`,
      '# TYPE c gauge',
      '# HELP c C.',
      'c 1.5',
      '# TYPE d_seconds histogram',
      '# UNIT d_seconds seconds',
      '# HELP d_seconds D.',
      'd_seconds_bucket{le="0.5"} 2',
      'd_seconds_bucket{le="1.0"} 2',
      'd_seconds_bucket{le="2.5"} 3',
      'd_seconds_bucket{le="+Inf"} 4',
      'd_seconds_count 4',
      'd_seconds_sum 102.25',
      '# EOF',
      '',
    ]);
  });

  it('is valid when there is nothing', () => {
    expect(new MetricsRegistry().render()).toBe('# EOF\n');
  });

  it('has words for what is no number', () => {
    const registry = new MetricsRegistry();
    registry.gauges('a', 'A.', () => [
      [{}, Number.POSITIVE_INFINITY],
      [{ b: 'c' }, Number.NaN],
    ]);
    expect(registry.render()).toContain('a +Inf\na{b="c"} NaN\n');
  });
});

describe('DaemonMetrics', () => {
  const store = { messages: 1, bytes: 10 };
  const sources = {
    clients: () => ({ agent: 2, cli: 1 }),
    subscriptions: () => 3,
    store: () => store,
    pendingBytes: () => 4,
  };

  it('reads what it does not count when it is told', () => {
    const metrics = new DaemonMetrics(sources);
    metrics.refused.add('AUTHENTICATION_FAILED');
    store.bytes = 20;
    const text = metrics.render();
    expect(text).toContain('swarm_ipc_clients{client_type="agent"} 2\nswarm_ipc_clients{client_type="cli"} 1\n');
    expect(text).toContain('swarm_ipc_store_bytes 20\n');
    expect(text).toContain('swarm_ipc_refused_total{code="AUTHENTICATION_FAILED"} 1\n');
  });

  it('ends the name of a family that has a unit with that unit', () => {
    const lines = new DaemonMetrics(sources).render().split('\n');
    const units = lines.filter((line) => line.startsWith('# UNIT'));
    expect(units.length).toBeGreaterThan(3);
    expect(units.filter((line) => !/^# UNIT \w+_(\w+) \1$/.test(line))).toEqual([]);
  });
});
