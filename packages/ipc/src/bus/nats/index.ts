// A bus on NATS, apart from the rest: who does not import this needs no NATS packages.
export { connectNatsBus } from './nats-bus.ts';
export { defaultNatsLimits, type NatsBusOptions, type NatsLimits, type NatsTlsOptions } from './nats-options.ts';
